import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../endpoints/webhook-secret.policy.js';
import { deliveryHeaders, shownHeaders } from './delivery-headers.policy.js';

const [secret, former] = [newWebhookSecret(), newWebhookSecret()];
const call = {
  eventId: 'message-1',
  eventName: 'points.earned',
  requestId: 'request-1',
  body: '{"type":"points.earned","data":{"name":"Ashā ₹ 😀"}}',
};
const headersOf = (secrets: string[], at = new Date(), kind: 'standard' | 'reworth' = 'standard') =>
  deliveryHeaders({ kind, secrets }, call, at);

describe('the headers of a try', () => {
  it('let an independent library verify the bytes, and nothing but them (WHK-01)', () => {
    const headers = headersOf([secret]);
    const receiver = new Webhook(secret);
    expect(receiver.verify(call.body, headers)).toEqual(JSON.parse(call.body));
    expect(() => receiver.verify(call.body.replace('earned', 'burned'), headers)).toThrow();
    expect(() => receiver.verify(call.body, { ...headers, 'webhook-id': 'message-2' })).toThrow();
    expect(() => new Webhook(former).verify(call.body, headers)).toThrow();
    expect(() => receiver.verify(call.body, headersOf([secret], new Date(Date.now() - 600_000)))).toThrow();
  });

  it('carry two signatures while two secrets count (WHK-06)', () => {
    const headers = headersOf([secret, former]);
    expect(headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const each of [secret, former]) expect(new Webhook(each).verify(call.body, headers)).toEqual(JSON.parse(call.body));
  });

  it('carry those of the REWORTH system besides, signed by the secret that counts longest', () => {
    const headers = headersOf([secret, former], new Date(1_774_981_799_900), 'reworth');
    expect(headers).toMatchObject({
      'webhook-id': 'message-1',
      'x-reworth-event': 'points.earned',
      'x-reworth-delivery': 'message-1',
      'x-reworth-timestamp': '1774981799',
      'x-reworth-signature': createHmac('sha256', former).update(`1774981799.${call.body}`).digest('hex'),
    });
    expect(headersOf([secret])).not.toHaveProperty('x-reworth-signature');
  });

  it('are shown without what a call could be made again with', () => {
    expect(Object.keys(shownHeaders(headersOf([secret], new Date(), 'reworth'))).sort()).toEqual(
      ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'x-request-id', 'x-reworth-delivery', 'x-reworth-event', 'x-reworth-timestamp'],
    ); // prettier-ignore
  });
});
