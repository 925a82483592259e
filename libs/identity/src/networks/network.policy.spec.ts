import { canonicalNetwork, isInside, isWithin, parseNetwork } from './network.policy.js';

const networks = (...texts: string[]) => texts.map(parseNetwork);

describe('a network (C10.6)', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.113.7', '203.0.113.7/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['127.0.0.1/32', '127.0.0.1/32'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::1', '::1/128'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['::ffff:cb00:7107', '203.0.113.7/32'],
  ])('%s is kept as %s', (text, canonical) => {
    expect(canonicalNetwork(text)).toBe(canonical);
    expect(canonicalNetwork(canonical)).toBe(canonical);
  });

  it.each([
    ['0.0.0.0/0', /too wide/],
    ['::/0', /too wide/],
    ['128.0.0.0/1', /too wide/],
    ['10.0.0.0/7', /too wide/],
    ['2000::/3', /too wide/],
    ['2001:db8::/31', /too wide/],
    ['::ffff:0:0/96', /too wide/],
    ['::ffff:0:0/95', /bits set beyond/],
    ['203.0.113.7/24', /the network is 203\.0\.113\.0\/24/],
    ['2001:db8::1/64', /the network is 2001:db8::\/64/],
    ['203.0.113.0/33', /longer than an address/],
    ['2001:db8::/129', /longer than an address/],
    ['0.0.0.0/8', /Nobody/],
    ['::', /Nobody/],
    ['224.0.0.0/8', /Nobody/],
    ['ff02::1', /Nobody/],
    ['255.255.255.255', /Nobody/],
    ['', /CIDR notation/],
    ['10', /CIDR notation/],
    ['10.0/16', /CIDR notation/],
    ['0x0a000000/8', /CIDR notation/],
    ['010.0.0.0/8', /CIDR notation/],
    ['10.0.0.0/08', /CIDR notation/],
    ['10.0.0.0/-8', /CIDR notation/],
    ['10.0.0.0/8/8', /CIDR notation/],
    ['10.0.0.0/255.0.0.0', /CIDR notation/],
    [' 10.0.0.0/8', /CIDR notation/],
    ['10.0.0.0/8\n', /CIDR notation/],
    ['fe80::1%eth0', /CIDR notation/],
    ['bank.example', /CIDR notation/],
    ["10.0.0.0/8' or 1=1", /CIDR notation/],
  ])('%j is refused', (text, reason) => expect(() => canonicalNetwork(text)).toThrow(reason));
});

describe("a caller's address", () => {
  it.each([
    ['203.0.113.7', true],
    ['::ffff:203.0.113.7', true],
    ['::ffff:cb00:7107', true],
    ['203.0.114.7', false],
    ['2001:db8:1::9', true],
    ['2001:db9::1', false],
    ['::cb00:7107', false],
    ['', false],
    ['unknown', false],
    ['203.0.113.7:443', false],
  ])('%s is inside: %s', (address, inside) => {
    expect(isInside(address, networks('203.0.113.0/24', '2001:db8::/32'))).toBe(inside);
  });

  it('is in no network when there is none, or no address', () => {
    expect(isInside('203.0.113.7', [])).toBe(false);
    expect(isInside(undefined, networks('10.0.0.0/8'))).toBe(false);
  });
});

describe('a subset', () => {
  const within = (inner: string, ...outer: string[]): boolean => isWithin(parseNetwork(inner), networks(...outer));

  it('lies within one of the others, as a whole', () => {
    expect(within('203.0.113.0/25', '203.0.113.0/24')).toBe(true);
    expect(within('203.0.113.0/24', '203.0.113.0/24')).toBe(true);
    expect(within('203.0.113.0/23', '203.0.113.0/24')).toBe(false);
    expect(within('203.0.113.0/24', '203.0.113.0/25', '203.0.113.128/25')).toBe(false);
    expect(within('2001:db8:1::/48', '203.0.113.0/24', '2001:db8::/32')).toBe(true);
    expect(within('203.0.113.0/24', '2001:db8::/32')).toBe(false);
  });
});
