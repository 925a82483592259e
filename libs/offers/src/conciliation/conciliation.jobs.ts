import { defineJob } from '@tallystick/platform';

/** Takes the cashback of confirmed windows off customers' accounts, where there was too much of it for one transaction. */
export const disperseWindows = defineJob<object>({
  name: 'disperse-windows',
  summary: 'Books the confirmed windows of a tenant as handed on to customers',
  schema: { type: 'object', additionalProperties: false, properties: {} },
  attempts: 8,
  dedupe: () => 'windows',
});

/** Reads a tenant's settlement files, one after the other, and matches their windows. */
export const readSettlementFiles = defineJob<object>({
  name: 'read-settlement-files',
  summary: 'Reads the settlement files of a tenant and matches them with card transactions and ledger',
  schema: { type: 'object', additionalProperties: false, properties: {} },
  attempts: 8,
  dedupe: () => 'settlement',
});
