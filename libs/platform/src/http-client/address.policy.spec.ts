import { callableUrl, isCallable, RefusedAddress } from './address.policy.js';

const strict = { allowLoopback: false };
const trial = { allowLoopback: true };

describe('the address guard at registration', () => {
  const refused = [
    'http://127.0.0.1', 'https://127.0.0.1', 'https://2130706433', 'https://0x7f.1', 'https://0177.0.0.1', 'https://0.0.0.0', 'https://127.1',
    'https://[::1]', 'https://[::]', 'https://[::ffff:127.0.0.1]', 'https://[::ffff:7f00:1]', 'https://[::ffff:8.8.8.8]', 'https://[64:ff9b::7f00:1]',
    'https://localhost', 'https://localhost.', 'https://a.localhost', 'https://LOCALHOST', 'https://169.254.169.254', 'https://10.0.0.1',
    'https://192.168.0.1', 'https://172.16.0.1', 'https://100.64.0.1', 'https://[fd00::1]', 'https://[fe80::1]', 'https://224.0.0.1',
    'https://255.255.255.255', 'https://metadata.google.internal', 'https://metadata.google.internal.', 'https://printer.local', 'https://intranet',
    'http://a@127.0.0.1', 'https://user@example.com', 'https://user:word@example.com', 'https://example.com@127.0.0.1', 'https://１２７.0.0.1',
    'http://example.com', 'https://example.com:22', 'https://example.com:80', 'https://127.0.0.1:443', 'ftp://example.com', 'file:///etc/passwd',
    'gopher://example.com', 'javascript:alert(1)', '//example.com', 'example.com', '', `https://example.com/${'a'.repeat(2_048)}`,
  ]; // prettier-ignore
  it.each(refused)('refuses %s (SSRF-01, SSRF-04)', (text) => {
    expect(() => callableUrl(text, strict)).toThrow(RefusedAddress);
  });

  it.each(['https://example.com/hooks?x=1', 'https://example.com:8443/', 'https://8.8.8.8/', 'https://[2606:4700::1111]/'])(
    'takes %s',
    (text) => {
      expect(callableUrl(text, strict).protocol).toBe('https:');
    },
  );

  it.each(['http://127.0.0.1:4000/', 'http://localhost:4000/', 'http://[::1]:4000/', 'https://127.0.0.1:9/'])(
    'takes %s in trials only',
    (text) => {
      expect(callableUrl(text, trial).href).toBe(text);
      expect(() => callableUrl(text, strict)).toThrow(RefusedAddress);
    },
  );

  it.each([
    'http://10.0.0.1/',
    'https://10.0.0.1/',
    'http://example.com/',
    'https://169.254.169.254/',
    'http://a@127.0.0.1/',
    'http://[::ffff:127.0.0.1]/',
  ])('refuses %s in trials too', (text) => expect(() => callableUrl(text, trial)).toThrow(RefusedAddress));
});

describe('the address guard at connection', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    '169.254.169.254',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    'fe80::1%eth0',
    '2002:7f00:1::',
    '2001::1',
    'nonsense',
    '',
  ])('does not dial %j (SSRF-02)', (address) => expect(isCallable(address, strict)).toBe(false));

  it('dials public addresses, and this machine in trials', () => {
    expect([isCallable('93.184.216.34', strict), isCallable('2606:4700::1111', strict)]).toEqual([true, true]);
    expect([
      isCallable('127.0.0.1', trial),
      isCallable('::1', trial),
      isCallable('0.0.0.0', trial),
      isCallable('192.168.1.1', trial),
    ]).toEqual([true, true, false, false]);
  });
});
