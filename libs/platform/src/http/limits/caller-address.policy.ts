import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A network, parsed once: its first address and the length of its prefix. */
type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Whether an address is one of the configured proxies. */
export type IsProxy = (address: string) => boolean;

/** Reads a list of addresses and CIDR ranges, separated by commas; undefined when one is neither, or is all there are. */
export function parseProxies(list: string): IsProxy | undefined {
  const networks = list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map(parseNetwork);
  if (networks.some((network) => network === undefined)) return undefined;
  return (address) => {
    const parsed = ipaddr.process(address);
    return (networks as Network[]).some(([first, length]) => first.kind() === parsed.kind() && parsed.match(first as ipaddr.IPv4, length));
  };
}

function parseNetwork(text: string): Network | undefined {
  const cidr = text.includes('/') ? text : `${text}/${isIP(text) === 6 ? 128 : 32}`;
  if (isIP(cidr.split('/')[0]!) === 0 || !ipaddr.isValidCIDR(cidr)) return undefined;
  const [first, length] = ipaddr.parseCIDR(cidr);
  if (length === 0) return undefined;
  return first instanceof ipaddr.IPv6 && first.isIPv4MappedAddress() && length >= 96
    ? [first.toIPv4Address(), length - 96]
    : [first, length];
}

/**
 * The address of whoever calls (C10.6, RTL-04): the socket's, unless that is a configured proxy's; then the right-most in
 * `X-Forwarded-For` that is no proxy's. What stands left of it is what the caller claims and counts for nothing; what cannot be read ends
 * the search at the proxy that passed it on. IPv4 mapped into IPv6 is IPv4.
 */
export function callerAddress(socket: string | undefined, forwarded: string | string[] | undefined, isProxy: IsProxy): string {
  let caller = plain(socket ?? '') ?? '0.0.0.0';
  const hops = [forwarded ?? []].flat().join(',').split(',');
  while (isProxy(caller)) {
    const next = plain(hops.pop() ?? '');
    if (next === undefined) break;
    caller = next;
  }
  return caller;
}

/** An address without the port and the brackets that some proxies write; undefined for what is no address. */
function plain(text: string): string | undefined {
  const trimmed = text.trim();
  const address = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed;
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
}

const IPV6_SITE = 64;

/** What an address counts as: itself, or the /64 of an IPv6 address, all of which one caller has to choose from. */
export function addressKey(address: string): string {
  if (isIP(address) !== 6) return address;
  return ipaddr.IPv6.networkAddressFromCIDR(`${address.split('%')[0]}/${IPV6_SITE}`).toString();
}
