import type { DomainError } from '@tallystick/kernel';
import type { RawClientRequest } from './client-request.policy.js';
import { readTokenRequest } from './token-request.policy.js';

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const GRANT = { grant_type: 'client_credentials' };
const IN_BODY = { ...GRANT, client_id: 'me', client_secret: 'mine' };
const read = (request: Partial<RawClientRequest>) => readTokenRequest({ authorization: undefined, body: undefined, query: {}, ...request });

describe('a token request (RFC 6749)', () => {
  it.each<[string, Partial<RawClientRequest>, object]>([
    ['credentials in the body', { body: IN_BODY }, { clientId: 'me', clientSecret: 'mine' }],
    ['credentials in the header', { authorization: basic('me', 'mine'), body: GRANT }, { clientId: 'me', clientSecret: 'mine' }],
    [
      'a scheme in small letters',
      { authorization: basic('me', 'mine').replace('Basic', 'basic'), body: GRANT },
      { clientId: 'me', clientSecret: 'mine' },
    ],
    [
      'form encoding inside the header',
      { authorization: basic('m%3Ae', 'm+i%25ne'), body: GRANT },
      { clientId: 'm:e', clientSecret: 'm i%ne' },
    ],
    ['a colon in the secret', { authorization: basic('me', 'mi:ne'), body: GRANT }, { clientId: 'me', clientSecret: 'mi:ne' }],
    [
      'the same id in both places',
      { authorization: basic('me', 'mine'), body: { ...GRANT, client_id: 'me' } },
      { clientId: 'me', clientSecret: 'mine' },
    ],
    ['scopes, each once', { body: { ...IN_BODY, scope: 'a b a' } }, { clientId: 'me', clientSecret: 'mine', scope: ['a', 'b'] }],
    ['an empty scope as none', { body: { ...IN_BODY, scope: '' } }, { clientId: 'me', clientSecret: 'mine' }],
    ['parameters that it does not know', { body: { ...IN_BODY, audience: 'x' } }, { clientId: 'me', clientSecret: 'mine' }],
  ])('takes %s', (_, request, expected) => expect(read(request)).toEqual(expected));

  it.each<[string, Partial<RawClientRequest>, string]>([
    ['no body', {}, 'invalid_request'],
    ['a list', { body: [IN_BODY] }, 'invalid_request'],
    ['text', { body: 'grant_type=client_credentials' }, 'invalid_request'],
    ['no grant type', { body: { client_id: 'me', client_secret: 'mine' } }, 'invalid_request'],
    ['an empty grant type', { body: { ...IN_BODY, grant_type: '' } }, 'invalid_request'],
    ['another grant type', { body: { ...IN_BODY, grant_type: 'password' } }, 'unsupported_grant_type'],
    ['a repeated grant type', { body: { ...IN_BODY, grant_type: ['client_credentials', 'client_credentials'] } }, 'invalid_request'],
    ['a repeated unknown parameter', { body: { ...IN_BODY, x: ['1', '2'] } }, 'invalid_request'],
    ['a secret that is a number', { body: { ...IN_BODY, client_secret: 1 } }, 'invalid_request'],
    ['a secret that is an object', { body: { ...IN_BODY, client_secret: { $ne: '' } } }, 'invalid_request'],
    ['credentials in the query', { body: GRANT, query: { client_id: 'me', client_secret: 'mine' } }, 'invalid_request'],
    ['an access token in the query', { body: IN_BODY, query: { access_token: 'x' } }, 'invalid_request'],
    ['header and body at once', { authorization: basic('me', 'mine'), body: IN_BODY }, 'invalid_request'],
    ['another id in the body', { authorization: basic('me', 'mine'), body: { ...GRANT, client_id: 'you' } }, 'invalid_request'],
    ['no credentials', { body: GRANT }, 'invalid_client'],
    ['no secret', { body: { ...GRANT, client_id: 'me' } }, 'invalid_client'],
    ['no id', { body: { ...GRANT, client_secret: 'mine' } }, 'invalid_client'],
    ['an assertion', { body: { ...GRANT, client_assertion: 'x' } }, 'invalid_client'],
    ['a bearer token', { authorization: 'Bearer x', body: GRANT }, 'invalid_client'],
    ['a header that is not base64', { authorization: 'Basic me:mine', body: GRANT }, 'invalid_client'],
    ['a header without a secret', { authorization: basic('me', ''), body: GRANT }, 'invalid_client'],
    ['a header without an id', { authorization: basic('', 'mine'), body: GRANT }, 'invalid_client'],
    ['a header with half an escape', { authorization: basic('me', '%e0%a4'), body: GRANT }, 'invalid_client'],
    ['an empty header', { authorization: '', body: GRANT }, 'invalid_client'],
    ['two spaces in the scope', { body: { ...IN_BODY, scope: 'a  b' } }, 'invalid_scope'],
    ['a quote in the scope', { body: { ...IN_BODY, scope: 'a"' } }, 'invalid_scope'],
    ['a line break in the scope', { body: { ...IN_BODY, scope: 'a\nb' } }, 'invalid_scope'],
  ])('refuses %s (OAU-02)', (_, request, code) => {
    let refusal: unknown;
    try {
      read(request);
    } catch (error) {
      refusal = error;
    }
    expect((refusal as DomainError).definition?.code).toBe(code);
    expect((refusal as DomainError).message).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/); // RFC 6749, 5.2: error_description
  });
});
