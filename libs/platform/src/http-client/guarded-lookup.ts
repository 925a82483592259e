import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isCallable, RefusedAddress, type AddressRules } from './address.policy.js';

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** The system's resolver. */
export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) =>
    lookup(hostname, { all: true, verbatim: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  );

/**
 * All addresses of a name; one that may not be dialled refuses the whole name, since which of them is dialled is chance (SSRF-02).
 * @throws RefusedAddress, or the resolver's error
 */
export async function callableAddresses(hostname: string, rules: AddressRules, resolve: Resolve): Promise<LookupAddress[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0 || !addresses.every(({ address }) => isCallable(address, rules))) {
    throw new RefusedAddress('This name does not resolve to a public address.');
  }
  return addresses;
}

/** For `net.connect`: the addresses handed to the socket are the ones that were checked, so a name cannot change in between (SSRF-03). */
export const guardedLookup =
  (rules: AddressRules, resolve: Resolve): LookupFunction =>
  (hostname, options, callback) => {
    callableAddresses(hostname, rules, resolve).then(
      (addresses) => {
        const [first] = addresses as [LookupAddress];
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
