import { createHash, randomBytes } from 'node:crypto';
import { isUuid } from '@tallystick/kernel';

/** `tsi_` and 48 bytes: those of the tenant's id, all zero for the platform, and 32 random ones. */
const TOKEN = /^tsi_([A-Za-z0-9_-]{64})$/;
const ID_BYTES = 16;
const PLATFORM = '00000000000000000000000000000000';

/** What a link in an invitation holds, and what is kept of it: at 256 random bits nobody finds it from its SHA-256. */
export interface InvitationToken {
  readonly text: string;
  readonly hash: Buffer;
}

/** A new token for an invitation into a tenant, or to the platform: it names the place, so that nobody looks across tenants. */
export function newInvitationToken(tenantId: string | null): InvitationToken {
  const place = Buffer.from(tenantId?.replaceAll('-', '') ?? PLATFORM, 'hex');
  const text = `tsi_${Buffer.concat([place, randomBytes(32)]).toString('base64url')}`;
  return { text, hash: hashOf(text) };
}

/** The place that a token names and its hash; undefined for what is none of ours. */
export function readInvitationToken(text: string): { readonly tenantId: string | null; readonly hash: Buffer } | undefined {
  const [, encoded] = TOKEN.exec(text) ?? [];
  if (encoded === undefined) return undefined;
  const place = Buffer.from(encoded, 'base64url').subarray(0, ID_BYTES).toString('hex');
  if (place === PLATFORM) return { tenantId: null, hash: hashOf(text) };
  const tenantId = place.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(tenantId) ? { tenantId, hash: hashOf(text) } : undefined;
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Where a token is taken to: behind `#`, so that no server and no referrer sees it. */
export const invitationLink = (consoleUrl: string, { text }: InvitationToken): string => `${consoleUrl}/invitations/accept#token=${text}`;
