import { newId } from '@tallystick/kernel';
import { keyIdOf, readAccessClaims } from './access-claims.policy.js';
import { newClientId } from '../clients/client-id.policy.js';

const [tenantId, userId, sessionId, kid] = [newId(), newId(), newId(), newId()];
const clientId = newClientId(tenantId);
const NOW = 1_800_000_000;
const times = { iat: NOW, exp: NOW + 900, jti: newId() };
const client = { ...times, sub: clientId, client_id: clientId, tid: tenantId, scope: 'points:read webhooks:write' };
const user = { ...times, sub: userId, client_id: 'tallystick', tid: tenantId, sid: sessionId };

describe('the header of an access token (RFC 9068, OAU-03)', () => {
  const header = { typ: 'at+jwt', alg: 'RS256', kid };
  it.each([{}, { typ: 'application/at+jwt' }, { typ: 'AT+JWT' }, { jwk: {}, jku: 'https://evil.example' }])('may be %j', (given) => {
    expect(keyIdOf({ ...header, ...given } as never)).toBe(kid);
  });
  it.each([
    { typ: 'JWT' },
    { typ: undefined },
    { alg: 'none' },
    { alg: 'HS256' },
    { alg: 'RS512' },
    { alg: undefined },
    { kid: undefined },
    { kid: '../../etc/passwd' },
    { kid: "' or 1=1 --" },
    { crit: ['b64'], b64: false },
  ])('must not be %j', (given) => expect(keyIdOf({ ...header, ...given } as never)).toBeUndefined());
});

describe('the claims of an access token', () => {
  it('speak for a client, with what its scopes permit', () => {
    expect(readAccessClaims(client, NOW)).toEqual({
      actorType: 'client',
      subject: clientId,
      tenantId,
      tokenId: times.jti,
      permissions: new Set(['points:read', 'wallets:read', 'tiers:read', 'webhooks:write', 'webhooks:read']),
    });
  });

  it('speak for a person, in a tenant or on the platform', () => {
    expect(readAccessClaims(user, NOW)).toEqual({ actorType: 'user', subject: userId, tenantId, tokenId: times.jti, sessionId });
    expect(readAccessClaims({ ...user, tid: null }, NOW)).toEqual({
      actorType: 'user',
      subject: userId,
      tenantId: null,
      tokenId: times.jti,
      sessionId,
    });
  });

  it('speak for a member, in a tenant alone', () => {
    const member = { ...times, sub: userId, client_id: 'tallystick-members', tid: tenantId };
    expect(readAccessClaims(member, NOW)).toEqual({ actorType: 'member', subject: userId, tenantId, tokenId: times.jti });
    for (const wrong of [{ tid: null }, { sid: sessionId }, { scope: 'points:write' }, { sub: clientId }])
      expect(readAccessClaims({ ...member, ...wrong }, NOW)).toBeUndefined();
  });

  it('may come from a clock that is 30 seconds ahead, not more (OAU-04)', () => {
    expect(readAccessClaims({ ...client, iat: NOW + 30 }, NOW)).toBeDefined();
    expect(readAccessClaims({ ...client, iat: NOW + 31 }, NOW)).toBeUndefined();
    expect(readAccessClaims({ ...client, iat: NOW + 600 }, NOW)).toBeUndefined();
  });

  it.each([
    ['another tenant than the client id names', { ...client, tid: newId() }],
    ['no tenant for a client', { ...client, tid: null }],
    ['no tenant claim', { ...client, tid: undefined }],
    ['a tenant that is no id', { ...client, tid: '*' }],
    ['another subject than the client', { ...client, sub: userId }],
    ['no subject', { ...client, sub: undefined }],
    ['no scope for a client', { ...client, scope: undefined }],
    ['a scope for a person', { ...user, scope: 'points:write' }],
    ['a person of an unknown client', { ...user, client_id: 'other' }],
    ['no session for a person', { ...user, sid: undefined }],
    ['a session that is no id', { ...user, sid: '*' }],
    ['a person that is no id', { ...user, sub: 'admin' }],
    ['no time of issue', { ...client, iat: undefined }],
    ['no expiry', { ...client, exp: undefined }],
    ['no id', { ...client, jti: undefined }],
    ['an ID token', { ...times, sub: userId, nonce: 'x', email: 'a@b.example' }],
  ])('are refused with %s', (_, claims) => expect(readAccessClaims(claims as never, NOW)).toBeUndefined());
});
