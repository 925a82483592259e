import { defineEvent } from '@tallystick/platform';
import type { Seal } from './seals/seal.policy.js';

/** What is told of a seal: enough for a listener to keep, and to hold against any later statement of the ledger. */
export type SealedLedger = Seal & { readonly public_key: string };

const hash = { type: 'string', pattern: '^[0-9a-f]{64}$', examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] };
const number = { type: 'string', pattern: '^[0-9]{1,19}$', examples: ['1042'] };

/** The entries up to a transaction number have been sealed. */
export const LedgerSealed = defineEvent<SealedLedger>({
  name: 'ledger.sealed',
  summary: 'A range of transactions was sealed; keep the chain value as your half of the tally.',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      number,
      format: { type: 'integer' },
      first_transaction: number,
      last_transaction: number,
      leaf_count: { type: 'integer', minimum: 1 },
      root: hash,
      previous_chain: hash,
      chain: hash,
      signature: { type: 'string', contentEncoding: 'base64' },
      key_id: { type: 'string' },
      public_key: { type: 'string', contentEncoding: 'base64' },
      sealed_at: { type: 'string', format: 'date-time' },
    },
    required: [
      'number',
      'format',
      'first_transaction',
      'last_transaction',
      'leaf_count',
      'root',
      'previous_chain',
      'chain',
      'signature',
      'key_id',
      'public_key',
      'sealed_at',
    ],
  },
});
