import type { TenantContext } from '@tallystick/kernel';
import { NotFound, type Keyring, type ReadTx, type SftpAccess } from '@tallystick/platform';
import type { FileFormat } from './file-format.policy.js';

/** How we sign in to a drop; kept sealed. */
export type DropSecret = { readonly password: string } | { readonly privateKey: string; readonly passphrase?: string };

/** What a tenant says of a drop. */
export interface FileDropSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** `SHA256:…`; null until it is known, and as long as it is not, nothing is fetched. */
  readonly hostKey: string | null;
  /** Where `upload`, `processed`, `refused` and `result` are. */
  readonly baseFolder: string;
  /** Whose points; null for the tenant's default program. */
  readonly programId: string | null;
  readonly format: FileFormat;
  readonly pollSeconds: number;
  readonly enabled: boolean;
}

/** A drop as it is shown: without its secret. */
export interface FileDrop extends FileDropSettings {
  readonly id: string;
  readonly signIn: 'password' | 'private_key';
  /** What went wrong at the last poll. */
  readonly problem: string | null;
  readonly problemSince: Date | null;
  readonly lastPolledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const DROP_COLUMNS = `id, name, host, port, username, sign_in as "signIn", host_key as "hostKey", base_folder as "baseFolder",
  program_id as "programId", format, poll_seconds as "pollSeconds", enabled, problem, problem_since as "problemSince",
  last_polled_at as "lastPolledAt", created_at as "createdAt", updated_at as "updatedAt"`;

/** The drop of that id. Throws `not_found`. */
export async function readDrop(
  tx: ReadTx<TenantContext>,
  id: string,
  lock: 'for update' | '' = '',
): Promise<FileDrop & { readonly secret: string }> {
  const [drop] = await tx.query<FileDrop & { secret: string }>(
    `select ${DROP_COLUMNS}, secret from file_drop where tenant_id = $1 and id = $2 and removed_at is null ${lock}`,
    [tx.ctx.tenantId, id],
  );
  if (!drop) throw NotFound.with();
  return drop;
}

const aad = (tenantId: string, id: string): string => `file_drop/${tenantId}/${id}/secret`;

export const sealSecret = (keyring: Keyring, tenantId: string, id: string, secret: DropSecret): string =>
  keyring.encrypt(JSON.stringify(secret), aad(tenantId, id));

/** All that signing in takes. */
export function accessOf(
  keyring: Keyring,
  tenantId: string,
  { id, host, port, username, hostKey, secret }: Pick<FileDrop, 'id' | 'host' | 'port' | 'username'> & { hostKey: string; secret: string },
): SftpAccess {
  const opened = JSON.parse(keyring.decrypt(secret, aad(tenantId, id)).toString()) as DropSecret;
  return { host, port, username, hostKey, ...opened };
}

/** What the audit trail shows of a drop. */
export const toldDrop = ({
  name,
  host,
  port,
  username,
  hostKey,
  baseFolder,
  programId,
  format,
  pollSeconds,
  enabled,
}: FileDropSettings): object => ({
  name,
  host,
  port,
  username,
  hostKey,
  baseFolder,
  programId,
  format,
  pollSeconds,
  enabled,
});

export const dropTarget = (id: string): { type: string; id: string } => ({ type: 'file_drop', id });
