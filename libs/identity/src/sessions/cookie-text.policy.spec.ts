import { cookieText, readCookies } from './cookie-text.policy.js';

describe('cookies as text', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1; b=2;c=3', { a: '1', b: '2', c: '3' }],
    ['a=1; a=2', { a: '1' }],
    ['__Host-sid=x=y', { '__Host-sid': 'x=y' }],
    ['nonsense; =x; a=1', { a: '1' }],
    ['a=%00', { a: '%00' }],
  ])('reads %s', (header, expected) => expect([...readCookies(header)]).toEqual(Object.entries(expected)));

  it('writes what browsers need to keep a cookie to themselves (AUT-08)', () => {
    expect(cookieText('__Host-sid', 'x')).toBe('__Host-sid=x; Path=/; HttpOnly; Secure; SameSite=Strict');
    expect(cookieText('csrftoken', 'y', { httpOnly: false })).toBe('csrftoken=y; Path=/; Secure; SameSite=Strict');
    expect(cookieText('__Host-sid', '', { maxAge: 0 })).toBe('__Host-sid=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict');
  });
});
