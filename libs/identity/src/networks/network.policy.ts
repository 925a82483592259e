import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A network, parsed once: its first address and the length of its prefix. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Shorter prefixes than these let in whole continents, which is no limit. */
const SHORTEST_PREFIX = { ipv4: 8, ipv6: 32 } as const;
const MAPPED_PREFIX = 96;
/** Nobody calls from an address of these ranges. */
const NOBODYS: ReadonlySet<string> = new Set(['unspecified', 'broadcast', 'multicast']);

/** Why a text is not a network that can be allowed: a sentence for whoever wrote it. */
export class RefusedNetwork extends Error {
  override readonly name = 'RefusedNetwork';
}

/**
 * Reads a network in CIDR notation, IPv4 or IPv6; an address alone is the network of itself. Answers its one canonical spelling, in which
 * IPv4 mapped into IPv6 is IPv4 (C10.6).
 * @throws RefusedNetwork for what is none, has bits set beyond its prefix, or is wider than /8 (IPv4) or /32 (IPv6)
 */
export function canonicalNetwork(text: string): string {
  const [, address = '', given] = /^([0-9a-fA-F:.]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  if (isIP(address) === 0) throw new RefusedNetwork('Must be an IPv4 or IPv6 network in CIDR notation, as 203.0.113.0/24.');
  const parsed = ipaddr.parse(address);
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  const [first, length] = unmapped(parsed, given === undefined ? bits : Number(given));
  const kind = first.kind();
  if (length > (kind === 'ipv4' ? 32 : 128)) throw new RefusedNetwork('The prefix is longer than an address.');
  if (length < SHORTEST_PREFIX[kind])
    throw new RefusedNetwork(`The network is too wide: its prefix must be /${SHORTEST_PREFIX[kind]} or longer.`);
  const base = (kind === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${first.toString()}/${length}`);
  const canonical = `${spell(base)}/${length}`;
  if (spell(base) !== spell(first)) throw new RefusedNetwork(`The address has bits set beyond its prefix: the network is ${canonical}.`);
  if (NOBODYS.has(first.range())) throw new RefusedNetwork('Nobody calls from this network.');
  return canonical;
}

/** Reads what `canonicalNetwork` wrote. */
export const parseNetwork = (text: string): Network => ipaddr.parseCIDR(text);

/** Whether a caller's address is in one of the networks; an address that cannot be read is in none. */
export function isInside(address: string | undefined, networks: readonly Network[]): boolean {
  if (address === undefined || isIP(address) === 0) return false;
  const caller = ipaddr.process(address);
  return networks.some(([first, length]) => first.kind() === caller.kind() && caller.match(first as ipaddr.IPv4, length));
}

/** Whether a network lies within one of the others. */
export const isWithin = ([first, length]: Network, others: readonly Network[]): boolean =>
  others.some(([other, otherLength]) => otherLength <= length && isInside(first.toString(), [[other, otherLength]]));

const unmapped = (address: ipaddr.IPv4 | ipaddr.IPv6, length: number): Network =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && length >= MAPPED_PREFIX && length <= 128
    ? [address.toIPv4Address(), length - MAPPED_PREFIX]
    : [address, length];

const spell = (address: ipaddr.IPv4 | ipaddr.IPv6): string =>
  address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
