import { randomBytes } from 'node:crypto';
import { isUuid } from '@tallystick/kernel';

/** `tsc_` and 26 bytes, those of the tenant's id and 10 random ones, in base 32 with the digits 0-9 and a-v. */
const CLIENT_ID = /^tsc_([0-7][0-9a-v]{41})$/;

/** Stands in for the tenant of an id that names none: it has no rows, and looking there takes as long as anywhere (OAU-02). */
export const NO_TENANT = '00000000-0000-4000-8000-000000000000';

/** A new client id, which names its tenant: the token endpoint needs no look-up across tenants. */
export function newClientId(tenantId: string): string {
  const bytes = tenantId.replaceAll('-', '') + randomBytes(10).toString('hex');
  return `tsc_${BigInt(`0x${bytes}`).toString(32).padStart(42, '0')}`;
}

/** The tenant that a client id names, or undefined when it is none of ours. */
export function tenantOfClientId(clientId: string): string | undefined {
  const [, digits] = CLIENT_ID.exec(clientId) ?? [];
  if (!digits) return undefined;
  const number = [...digits].reduce((value, digit) => value * 32n + BigInt(Number.parseInt(digit, 32)), 0n);
  const tenantId = number
    .toString(16)
    .padStart(52, '0')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(tenantId) ? tenantId : undefined;
}
