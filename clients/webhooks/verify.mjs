// Verifies what Tallystick posts to a webhook endpoint. Copy this file: it needs Node and nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Why a call is not to be trusted: answer it with 400 and do nothing. */
export class UntrustedWebhook extends Error {
  name = 'UntrustedWebhook';
}

/** A signature older or newer than this, in seconds, is not taken: somebody may have kept the call and sent it again. */
const TOLERANCE = 300;

/**
 * Verifies a call by Standard Webhooks and answers its id and its event.
 * @param body the bytes of the body as they came, as a Buffer or string: parsing and writing them anew breaks the signature
 * @param headers those of the request, as Node or `fetch` has them
 * @param secrets the secret of the endpoint (`whsec_...`), or several while it is being changed
 * @throws UntrustedWebhook
 */
export function verifyWebhook(body, headers, secrets, now = new Date()) {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headerOf(headers, `webhook-${name}`));
  assertRecent(timestamp, now);
  const expected = [secrets].flat().map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  });
  const given = signatures
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => Buffer.from(each.slice('v1,'.length), 'base64'));
  assertOneMatches(given, expected);
  return { id, event: JSON.parse(body.toString()) };
}

/**
 * The same for a callback of the REWORTH dialect, whose body is the data alone.
 * @throws UntrustedWebhook
 */
export function verifyReworth(body, headers, secrets, now = new Date()) {
  const [type, id, timestamp, signature] = ['event', 'delivery', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `x-reworth-${name}`),
  );
  assertRecent(timestamp, now);
  const expected = [secrets].flat().map((secret) => createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest());
  assertOneMatches([Buffer.from(signature, 'hex')], expected);
  return { id, event: { type, data: JSON.parse(body.toString()) } };
}

function headerOf(headers, name) {
  const value = typeof headers.get === 'function' ? headers.get(name) : headers[name];
  if (typeof value !== 'string' || value === '') throw new UntrustedWebhook(`the header ${name} is missing`);
  return value;
}

function assertRecent(timestamp, now) {
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE)
    throw new UntrustedWebhook('the call was signed at another time');
}

function assertOneMatches(given, expected) {
  const matches = (one, other) => one.length === other.length && timingSafeEqual(one, other);
  if (!given.some((one) => expected.some((other) => matches(one, other)))) throw new UntrustedWebhook('no signature matches');
}
