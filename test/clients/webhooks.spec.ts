import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { deliveryHeaders, newWebhookSecret } from '@tallystick/messaging';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { createReceiver, Mirror } from '../../clients/webhooks/receiver.mjs';
import { UntrustedWebhook, verifyReworth, verifyWebhook, type WebhookEvent } from '../../clients/webhooks/verify.mjs';

const secret = newWebhookSecret();
const body = '{"type":"points.earned","timestamp":"2026-03-31T18:29:59.123Z","sequence":7,"data":{"name":"Ashā ₹ 😀"}}';

/** Headers as an independent library signs them. */
function signed(text: string, { by = secret, id = randomUUID() as string, at = new Date() } = {}): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(by).sign(id, at, text),
  };
}

describe('the helper that verifies webhooks', () => {
  it('takes what an independent library signs, as bytes or text, with the headers of Node or fetch (WHK-01)', () => {
    const headers = signed(body, { id: 'message-1' });
    const expected = { id: 'message-1', event: JSON.parse(body) as unknown };
    expect(verifyWebhook(body, headers, secret)).toEqual(expected);
    expect(verifyWebhook(Buffer.from(body), new Headers(headers), [newWebhookSecret(), secret])).toEqual(expected);
  });

  it('takes what we sign, while the secret is being changed too, and the callbacks of the REWORTH dialect', () => {
    const [former, call] = [newWebhookSecret(), { eventId: 'e-1', eventName: 'points.earned', requestId: 'r-1', body }];
    const headers = deliveryHeaders({ kind: 'reworth', secrets: [secret, former] }, call, new Date());
    for (const known of [secret, former]) expect(verifyWebhook(body, headers, known).id).toBe('e-1');
    expect(verifyReworth(body, headers, former)).toEqual({
      id: 'e-1',
      event: { type: 'points.earned', data: JSON.parse(body) as unknown },
    });
    expect(() => verifyReworth(`${body} `, headers, former)).toThrow(UntrustedWebhook);
    expect(() => verifyReworth(body, headers, newWebhookSecret())).toThrow(UntrustedWebhook);
  });

  it('takes nothing else', () => {
    const good = signed(body);
    const later = new Date(Date.now() + 301_000);
    for (const [text, headers, by, now] of [
      [body.replace('earned', 'burned'), good, secret],
      [body, { ...good, 'webhook-id': 'another' }, secret],
      [body, good, newWebhookSecret()],
      [body, good, secret, later],
      [body, signed(body, { at: later }), secret],
      [body, { ...good, 'webhook-signature': `v1,${randomBytes(32).toString('base64')} v1a,x` }, secret],
      [body, { ...good, 'webhook-signature': 'v1,' }, secret],
      [body, { ...good, 'webhook-timestamp': 'now' }, secret],
      [body, {}, secret],
    ] as const)
      expect(() => verifyWebhook(text, headers, by, now)).toThrow(UntrustedWebhook);
  });
});

describe('the sample receiver', () => {
  const events: WebhookEvent[] = Array.from({ length: 8 }, (_, n) => ({
    type: n % 2 ? 'points.earned' : 'member.status_changed',
    timestamp: '2026-03-31T18:29:59.123Z',
    sequence: 1_000 + n * 3,
    data: n % 2 ? { wallet_id: `w-${n % 4}`, balance_after: n } : { id: 'm-1', from: 'active', to: `status-${n}` },
  }));
  const told = events.map((event, n) => [`id-${n}`, event] as const);

  it('ends in the right state in whatever order, and however often, it is told (WHK-09)', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...told, ...told], { minLength: 16, maxLength: 16 }), (shuffled) => {
        const mirror = new Mirror();
        for (const [id, event] of shuffled) mirror.take(id, event);
        expect(['member m-1', 'wallet w-1', 'wallet w-3'].map((about) => mirror.of(about))).toEqual(['status-6', 5, 7]);
        expect(mirror.take(...told[0]!)).toBe(false);
      }),
    );
  });

  it('takes signed calls over HTTP, and refuses others', async () => {
    const mirror = new Mirror();
    const server = createReceiver(secret, mirror).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const text = JSON.stringify(events[7]);
      const post = async (headers: Record<string, string>) => (await fetch(url, { method: 'POST', headers, body: text })).status;
      expect(await post(signed(text, { by: newWebhookSecret() }))).toBe(400);
      expect(mirror.of('wallet w-3')).toBeUndefined();
      expect(await post(signed(text))).toBe(204);
      expect(mirror.of('wallet w-3')).toBe(7);
    } finally {
      server.close();
    }
  });
});
