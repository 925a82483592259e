import { CARD_ITEM_SCHEMA } from '@tallystick/offers';
import { inOurNames, inTheirNames, withoutNulls } from './item-names.js';

test('the schema is that of the lib, in the names of the dialect at every place', () => {
  const theirs = JSON.stringify(inTheirNames(CARD_ITEM_SCHEMA));
  for (const name of ['uuid', 'settledAt', 'merchantId', 'terminalId', 'authorizationCode', 'originalId'])
    expect(theirs).toContain(`"${name}"`);
  for (const name of ['member_reference', 'settled_at', 'merchant_id', 'terminal_id', 'authorization_code', 'original_id'])
    expect(theirs).not.toContain(`"${name}"`);
});

test('an item is told in the names of the lib, but for what is the caller’s own', () => {
  const item = { uuid: 'C1', originalId: null, merchant: { merchantId: 'm', mcc: null }, metadata: { uuid: null, merchantId: 1 } };
  expect(inOurNames(withoutNulls(item) as Record<string, unknown>)).toEqual({
    member_reference: 'C1',
    merchant: { merchant_id: 'm' },
    metadata: { uuid: null, merchantId: 1 },
  });
  expect([withoutNulls(null), withoutNulls([null]), withoutNulls('x')]).toEqual([null, [null], 'x']);
});
