import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What may be called. */
export interface AddressRules {
  /** Also allow this machine itself, in clear and on any port: for trials and tests, never in production. */
  readonly allowLoopback: boolean;
  /** That is allowed to sandboxes, and somebody else asks. */
  readonly loopbackForSandboxes?: boolean;
}

/** Why an address that a tenant gave is not called, in a sentence for that tenant. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

const PORTS = new Set(['', '443', '8443']);
const LONGEST_URL = 2_048;
/** Names that mean this machine or somebody's own network, whatever they resolve to. */
const INTERNAL_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;

const isLoopback = (address: string): boolean => ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';

/**
 * Whether an address that a name resolved to, or that stood in a URL, may be dialled: public unicast only (SSRF-01).
 * Private, loopback, link-local, metadata, carrier-grade NAT, multicast, reserved, mapped and tunnelled ranges are not.
 */
export function isCallable(address: string, { allowLoopback }: AddressRules): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.parse(address).range();
  return range === 'unicast' || (allowLoopback && range === 'loopback');
}

/** The host of a URL as it is looked up: without the brackets of IPv6 and without a final dot. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/**
 * Reads a URL that a tenant wants called. The URL parser has by then turned every spelling of an IPv4 address (`2130706433`, `0x7f.1`,
 * `127.1`) into the plain one.
 * @throws RefusedAddress
 */
export function callableUrl(text: string, rules: AddressRules): URL {
  if (text.length > LONGEST_URL || !URL.canParse(text))
    throw new RefusedAddress('This must be an absolute https URL of at most 2,048 characters.');
  const url = new URL(text);
  const host = hostOf(url);
  const self = host === 'localhost' || isLoopback(host);
  const own = rules.allowLoopback && self;
  if (self && !own && rules.loopbackForSandboxes) throw new RefusedAddress('This machine itself is called for sandbox tenants only.');
  if (url.protocol !== 'https:' && !(own && url.protocol === 'http:')) throw new RefusedAddress('This URL must use https.');
  if (url.username || url.password) throw new RefusedAddress('This URL must not contain a user name or password.');
  if (own) return url;
  if (!PORTS.has(url.port)) throw new RefusedAddress('This URL must use port 443 or 8443.');
  if (isIP(host) ? !isCallable(host, rules) : !host.includes('.') || INTERNAL_NAMES.test(host))
    throw new RefusedAddress('This address is not public.');
  return url;
}
