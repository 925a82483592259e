import { Flag, FreeForm, Integer, ListOf, Moment, Nested, Text, Words } from '@tallystick/platform';

const Hash = (description: string): PropertyDecorator =>
  Text({
    min: 64,
    max: 64,
    pattern: /^[0-9a-f]{64}$/,
    description,
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  });
const Count = (description: string): PropertyDecorator => Text({ max: 20, pattern: /^\d+$/, description, example: '10000042' });

/** A seal over a range of transactions: a Merkle root, chained to the seal before and signed. */
export class SealDto {
  @Count('Number of the seal, from 1.')
  number: string;

  @Integer({ min: 1, max: 1_000, description: 'How leaves and chain are computed.', example: 1 })
  format: number;

  @Count('Number of the first transaction under it.')
  first_transaction: string;

  @Count('Number of the last transaction under it.')
  last_transaction: string;

  @Integer({ min: 1, max: 1_000_000_000, example: 128 })
  leaf_count: number;

  @Hash('Merkle root over the leaves (RFC 6962), in hex.')
  root: string;

  @Hash('The chain value of the seal before; zeros for the first.')
  previous_chain: string;

  @Hash('SHA-256 of the canonical JSON of what the seal covers.')
  chain: string;

  @Text({ max: 100, description: 'Ed25519 over the 32 bytes of `chain`, in base64.', example: 'c2lnbmF0dXJl' })
  signature: string;

  @Text({ max: 100, description: 'JWK thumbprint of the key that signed it.', example: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k' })
  key_id: string;

  @Text({
    max: 100,
    description: 'The public half of that key: 32 bytes in base64.',
    example: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  })
  public_key: string;

  @Moment({ example: '2026-03-31T18:29:59.123456Z' })
  sealed_at: string;
}

/** That an entry is under a seal: whoever trusts the seal needs nothing else. */
export class ProofDto {
  @Text({ max: 80, description: 'The account and the sequence of the entry.', example: '0198f5c4-0000-5000-8000-000000000001:12' })
  entry_id: string;

  @FreeForm({
    description: 'What was sealed: SHA-256 of a zero byte and this object in canonical JSON (RFC 8785) is `leaf_hash`.',
    example: { seq: '12' },
  })
  leaf: Record<string, unknown>;

  @Hash('The hash of the leaf.')
  leaf_hash: string;

  @Integer({ min: 0, max: 1_000_000_000, example: 7 })
  leaf_index: number;

  @Words({ max: 64, description: 'The hashes that it is joined with on the way to the root, from below.', example: [] })
  path: string[];

  @Nested(() => SealDto)
  seal: SealDto;
}

class DifferenceDto {
  @Text({ description: 'The check that found it.', example: 'account_balance' })
  check: string;

  @Text({
    max: 400,
    description: 'The account, transaction, entry, lot, hold, asset or seal it is about.',
    example: '0198f5c4-0000-5000-8000-000000000001',
  })
  subject: string;

  @Text({ min: 0, max: 4_000, example: '120' })
  expected: string;

  @Text({ min: 0, max: 4_000, example: '119' })
  found: string;
}

/** What adding up the books in every way that must give the same has found. */
export class ReconciliationDto {
  @Moment()
  checked_at: string;

  @Flag({ description: 'Whether nothing differs.', example: true })
  balanced: boolean;

  @ListOf(() => DifferenceDto, { max: 100, description: 'The first hundred at most.' })
  differences: DifferenceDto[];
}
