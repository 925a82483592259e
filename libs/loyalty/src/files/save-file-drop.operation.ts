import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, InvalidState, Keyring, ValidationFailed, type WriteTx } from '@tallystick/platform';
import {
  DROP_COLUMNS,
  dropTarget,
  readDrop,
  sealSecret,
  toldDrop,
  type DropSecret,
  type FileDrop,
  type FileDropSettings,
} from './file-drop.js';
import { FileDropCreated, FileDropRemoved, FileDropUpdated } from './files.acts.js';

const MOST_DROPS = 20;

/** Sets up a tenant's SFTP drops, changes and removes them. Their place is checked before, by `OutgoingSftp.assertDialable`. */
@Injectable()
export class SaveFileDrop {
  constructor(private readonly keyring: Keyring) {}

  /** Throws `validation_error` for a program that is not there or a drop that is to be polled without a host key, `duplicate` for a taken name. */
  async create(tx: WriteTx<TenantContext>, settings: FileDropSettings, secret: DropSecret): Promise<FileDrop> {
    const { tenantId } = tx.ctx;
    await this.check(tx, settings);
    const [{ drops }] = (await tx.query<{ drops: number }>(
      'select count(*)::int as drops from file_drop where tenant_id = $1 and removed_at is null',
      [tenantId],
    )) as [{ drops: number }];
    if (drops >= MOST_DROPS) throw InvalidState.with({ message: `A tenant has at most ${MOST_DROPS} file drops` });
    const id = newId();
    const [drop] = await tx.query<FileDrop>(
      `insert into file_drop (tenant_id, id, name, host, port, username, secret, sign_in, host_key, base_folder, program_id, format, poll_seconds, enabled)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       on conflict (tenant_id, name) where removed_at is null do nothing returning ${DROP_COLUMNS}`,
      [tenantId, id, ...valuesOf(settings, sealSecret(this.keyring, tenantId, id, secret), kindOf(secret))],
    );
    if (!drop) throw taken();
    tx.audit(FileDropCreated, { target: dropTarget(id), after: toldDrop(drop) });
    return drop;
  }

  /** What is left out stays. Switching it on, or naming another host key, clears the problem that stopped it. */
  async update(
    tx: WriteTx<TenantContext>,
    id: string,
    changes: Partial<FileDropSettings>,
    secret: DropSecret | undefined,
  ): Promise<FileDrop> {
    const { tenantId } = tx.ctx;
    const { secret: sealed, ...before } = await readDrop(tx, id, 'for update');
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<FileDropSettings>;
    const settings = { ...before, ...given };
    await this.check(tx, settings);
    const elsewhere =
      settings.host !== before.host || settings.port !== before.port || (before.hostKey !== null && settings.hostKey !== before.hostKey);
    // Else whoever may change a drop could have its secret sent to a server of their own.
    if (elsewhere && !secret)
      throw ValidationFailed.with({ errors: { password: ['Give the password or private key again: it was meant for another server.'] } });
    const [other] = await tx.query(`select from file_drop where tenant_id = $1 and name = $2 and id <> $3 and removed_at is null`, [
      tenantId,
      settings.name,
      id,
    ]);
    if (other) throw taken();
    const [drop] = await tx.query<FileDrop>(
      `update file_drop set name = $3, host = $4, port = $5, username = $6, secret = $7, sign_in = $8, host_key = $9, base_folder = $10,
         program_id = $11, format = $12, poll_seconds = $13, enabled = $14, updated_at = now(), next_poll_at = now(), failures = 0,
         problem = case when $15 then null else problem end, problem_since = case when $15 then null else problem_since end
       where tenant_id = $1 and id = $2 returning ${DROP_COLUMNS}`,
      [
        tenantId,
        id,
        ...valuesOf(settings, secret ? sealSecret(this.keyring, tenantId, id, secret) : sealed, secret ? kindOf(secret) : before.signIn),
        given.enabled === true || (given.hostKey !== undefined && given.hostKey !== before.hostKey),
      ],
    );
    const changed = changesOf(toldDrop(before), toldDrop(drop!));
    tx.audit(FileDropUpdated, {
      target: dropTarget(id),
      ...(secret ? { ...changed, after: { ...changed.after, secret: 'replaced' } } : changed),
    });
    return drop!;
  }

  /** The files that came by it stay on record. Throws `not_found`. */
  async remove(tx: WriteTx<TenantContext>, id: string): Promise<void> {
    const drop = await readDrop(tx, id, 'for update');
    await tx.query(`update file_drop set removed_at = now(), enabled = false, secret = '' where tenant_id = $1 and id = $2`, [
      tx.ctx.tenantId,
      id,
    ]);
    await tx.query('delete from file_sighting where tenant_id = $1 and drop_id = $2', [tx.ctx.tenantId, id]);
    tx.audit(FileDropRemoved, { target: dropTarget(id), before: toldDrop(drop) });
  }

  private async check(tx: WriteTx<TenantContext>, { programId, enabled, hostKey }: FileDropSettings): Promise<void> {
    if (enabled && hostKey === null)
      throw ValidationFailed.with({ errors: { enabled: ['Name the host key of the server first: testing the connection shows it.'] } });
    if (programId === null) return;
    const [program] = await tx.query('select from program where tenant_id = $1 and id = $2', [tx.ctx.tenantId, programId]);
    if (!program) throw ValidationFailed.with({ errors: { program_id: ['No such program.'] } });
  }
}

const taken = (): Error => Duplicate.with({ errors: { name: ['This name is taken.'] } });
const kindOf = (secret: DropSecret): FileDrop['signIn'] => ('password' in secret ? 'password' : 'private_key');

const valuesOf = (settings: FileDropSettings, secret: string, signIn: FileDrop['signIn']): unknown[] => [
  settings.name,
  settings.host,
  settings.port,
  settings.username,
  secret,
  signIn,
  settings.hostKey,
  settings.baseFolder,
  settings.programId,
  JSON.stringify(settings.format),
  settings.pollSeconds,
  settings.enabled,
];
