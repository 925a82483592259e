import { addressKey, callerAddress, parseProxies, type IsProxy } from './caller-address.policy.js';

const nobody: IsProxy = () => false;
const proxies = parseProxies('10.0.0.0/8, 192.0.2.1, fd00::/8')!;

describe('the address of whoever calls (RTL-04, C10.6)', () => {
  it("is the socket's when no proxy is configured, whatever a header claims", () => {
    expect(callerAddress('203.0.113.9', '1.2.3.4', nobody)).toBe('203.0.113.9');
    expect(callerAddress('203.0.113.9', '1.2.3.4', proxies)).toBe('203.0.113.9');
    expect(callerAddress('10.0.0.1', '1.2.3.4', nobody)).toBe('10.0.0.1');
  });

  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['1.2.3.4, 198.51.100.7', '198.51.100.7'],
    ['1.2.3.4, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
    ['198.51.100.7, 192.0.2.1', '198.51.100.7'],
    ['10.1.1.1, 10.2.2.2', '10.1.1.1'],
    ['198.51.100.7:4711', '198.51.100.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['2001:DB8:0:0::7, fd00::1', '2001:db8::7'],
  ])('behind a proxy with %p is %p, the right-most that is no proxy', (header, address) => {
    expect(callerAddress('10.0.0.1', header, proxies)).toBe(address);
    expect(callerAddress('::ffff:10.0.0.1', header.split(', '), proxies)).toBe(address);
  });

  it.each([[undefined], [''], ['unknown'], ['198.51.100.7, <script>'], ['198.51.100.7,'], ['_hidden'], ['999.1.1.1']])(
    'behind a proxy with %p is that of the proxy, for nothing after it can be read',
    (header) => expect(callerAddress('10.0.0.1', header, proxies)).toBe('10.0.0.1'),
  );

  it('is IPv4 where it is mapped into IPv6', () => {
    expect(callerAddress('::ffff:203.0.113.9', undefined, nobody)).toBe('203.0.113.9');
    expect(callerAddress(undefined, undefined, nobody)).toBe('0.0.0.0');
  });
});

it('proxies are addresses and ranges, never everybody', () => {
  for (const wrong of ['0.0.0.0/0', '::/0', 'proxy', '10.0.0.0/33', '10.0.0', '10.0.0.1;10.0.0.2', '2130706433'])
    expect([wrong, parseProxies(wrong)]).toEqual([wrong, undefined]);
  expect(parseProxies('')!('10.0.0.1')).toBe(false);
  expect(parseProxies('::ffff:10.0.0.0/104')!('10.1.2.3')).toBe(true);
  expect([proxies('192.0.2.1'), proxies('192.0.2.2'), proxies('fd12::1')]).toEqual([true, false, true]);
});

it('an IPv6 caller counts as its /64', () => {
  expect(addressKey('203.0.113.9')).toBe('203.0.113.9');
  expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe(addressKey('2001:db8:1:2:ffff::1'));
  expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'));
  expect(addressKey('fe80::1%eth0')).toBe(addressKey('fe80::2'));
});
