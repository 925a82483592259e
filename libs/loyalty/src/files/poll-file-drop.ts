import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import {
  FileTooLarge,
  Keyring,
  OutgoingSftp,
  SftpFailure,
  UnitOfWork,
  type SftpEntry,
  type SftpSession,
  type WriteTx,
} from '@tallystick/platform';
import { DeliverResults } from './deliver-results.js';
import { DropSightings } from './drop-sightings.js';
import { accessOf, DROP_COLUMNS, dropTarget, type FileDrop } from './file-drop.js';
import { DROP_TYPES, type DropType } from './file-format.policy.js';
import { FileBytes } from './file-bytes.js';
import { LARGEST_FILE } from './file-import.js';
import { FileDropStopped } from './files.acts.js';
import { FileDropStoppedEvent } from './files.events.js';
import { RefusedFile } from './file-header.policy.js';
import { ReceiveFile, type NewFile } from './receive-file.operation.js';
import { RecordRefused } from './record-refused.operation.js';
import { RowKinds } from './row-kinds.js';
import { doneMarker, isUnfinished, processedPath, refusedPath, uploadFolder } from './remote-places.js';

/** For how long a worker may be silent before another one looks into its drop. */
const LEASE_SECONDS = 120;
const RENEW_MS = 30_000;
/** Files taken in one poll; the next one takes the rest. */
const FILES_AT_ONCE = 100;

type LeasedDrop = FileDrop & { readonly secret: string; readonly hostKey: string };

/** What came of a poll: undefined when another worker is at it or the drop is not to be polled. */
export type PollOutcome = { readonly taken: number; readonly problem: SftpFailure | null } | undefined;

/**
 * Looks into a tenant's SFTP drop: takes the files that are complete, moves them out of the way, and brings results back. A poll that is cut
 * off at any moment is made good by the next: what was taken is known by its place until it is moved (FIL-01).
 */
@Injectable()
export class PollFileDrop {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sftp: OutgoingSftp,
    private readonly bytes: FileBytes,
    private readonly keyring: Keyring,
    private readonly receiveFile: ReceiveFile,
    private readonly recordRefused: RecordRefused,
    private readonly sightings: DropSightings,
    private readonly deliverResults: DeliverResults,
    private readonly kinds: RowKinds,
  ) {}

  async run(ctx: TenantContext, dropId: string): Promise<PollOutcome> {
    const lease = newId();
    const drop = await this.unitOfWork.run(ctx, (tx) => this.lease(tx, dropId, lease));
    if (!drop) return undefined;
    const renewing = setInterval(() => void this.renew(ctx, dropId, lease).catch(() => undefined), RENEW_MS);
    let problem: SftpFailure | null = null;
    let taken = 0;
    try {
      const session = await this.sftp.open(accessOf(this.keyring, ctx.tenantId, drop));
      try {
        taken = await this.takeFiles(ctx, drop, session);
        await this.deliverResults.run(ctx, drop, session);
      } finally {
        await session.close();
      }
    } catch (error) {
      if (!(error instanceof SftpFailure)) throw error;
      problem = error;
    } finally {
      clearInterval(renewing);
      await this.unitOfWork.run(ctx, (tx) => this.release(tx, drop, lease, problem));
    }
    return { taken, problem };
  }

  private async lease(tx: WriteTx<TenantContext>, id: string, lease: string): Promise<LeasedDrop | undefined> {
    const [drop] = await tx.query<LeasedDrop>(
      `update file_drop set lease = $3, leased_until = now() + $4 * interval '1 second', last_polled_at = now()
       where tenant_id = $1 and id = $2 and enabled and removed_at is null and (leased_until is null or leased_until < now())
       returning ${DROP_COLUMNS}, secret`,
      [tx.ctx.tenantId, id, lease, LEASE_SECONDS],
    );
    return drop;
  }

  private async renew(ctx: TenantContext, id: string, lease: string): Promise<void> {
    await this.unitOfWork.run(ctx, (tx) =>
      tx.query(`update file_drop set leased_until = now() + $4 * interval '1 second' where tenant_id = $1 and id = $2 and lease = $3`, [
        ctx.tenantId,
        id,
        lease,
        LEASE_SECONDS,
      ]),
    );
  }

  /** Gives the drop free and records how it went. A server that shows another host key is not called again until somebody has looked. */
  private async release(tx: WriteTx<TenantContext>, { id, name }: FileDrop, lease: string, problem: SftpFailure | null): Promise<void> {
    const stop = problem?.kind === 'host_key_changed';
    const [released] = await tx.query<{ stopped: boolean }>(
      `update file_drop set lease = null, leased_until = null, enabled = enabled and not $5,
         failures = case when $4::text is null then 0 else failures + 1 end,
         problem = $4, problem_since = case when $4::text is null then null else coalesce(problem_since, now()) end
       where tenant_id = $1 and id = $2 and lease = $3 returning $5 and removed_at is null as stopped`,
      [tx.ctx.tenantId, id, lease, problem?.message ?? null, stop],
    );
    if (!released?.stopped) return;
    tx.audit(FileDropStopped, { target: dropTarget(id), after: { reason: 'host_key_changed', problem: problem!.message } });
    tx.emit(FileDropStoppedEvent, { file_drop_id: id, name, reason: 'host_key_changed' });
  }

  private async takeFiles(ctx: TenantContext, drop: LeasedDrop, session: SftpSession): Promise<number> {
    await this.noteStrays(ctx, drop, session);
    let taken = 0;
    for (const type of DROP_TYPES) {
      const folder = uploadFolder(drop.baseFolder, type);
      const entries = (await session.list(folder)) ?? [];
      const marked = new Set(entries.map(({ name }) => name));
      const files = entries.filter(({ kind, name }) => kind === 'file' && !isUnfinished(name));
      await this.sightings.forgetOthers(ctx, drop.id, folder, files);
      for (const entry of files) {
        if (taken >= FILES_AT_ONCE) return taken;
        const remotePath = path.posix.join(folder, entry.name);
        const isDone = marked.has(doneMarker(entry.name));
        if (!(await this.finishMove(ctx, drop, type, entry, remotePath, session))) {
          if (!isDone && !(await this.sightings.isStable(ctx, drop.id, remotePath, entry))) continue;
          if (!(await this.take(ctx, drop, type, entry, remotePath, session))) continue;
          taken++;
        }
        if (isDone) await session.remove(`${folder}/${doneMarker(entry.name)}`);
      }
    }
    return taken;
  }

  /** Takes one file. Answers false when it changed while it was fetched: it is looked at again. */
  private async take(
    ctx: TenantContext,
    drop: LeasedDrop,
    type: DropType,
    { name, size }: SftpEntry,
    remotePath: string,
    session: SftpSession,
  ): Promise<boolean> {
    const id = newId();
    const file = { id, type, name, dropId: drop.id, remotePath };
    const tooLarge = { code: 'too_large' as const, reason: `The file has more than ${LARGEST_FILE} bytes.` };
    if (size > LARGEST_FILE) {
      await this.unitOfWork.run(ctx, (tx) => this.recordRefused.execute(tx, { ...file, size, sha256: null, ...tooLarge }));
      return this.finishMove(ctx, drop, type, { name }, remotePath, session);
    }
    const taken = await session
      .download(remotePath, (stream) => this.bytes.take(ctx.tenantId, id, stream))
      .catch((error: unknown) => {
        if (error instanceof FileTooLarge) return undefined;
        throw error;
      });
    if (taken?.received.bytes !== size || (await session.sizeOf(remotePath)) !== size) {
      await this.bytes.removeInput(ctx.tenantId, id);
      return false;
    }
    const { received } = taken;
    let kept = false;
    try {
      kept = await this.unitOfWork.run(ctx, async (tx) => {
        const refusal = await this.receive(tx, { ...file, ...taken });
        if (!refusal) return true;
        const { code, message: reason } = refusal;
        await this.recordRefused.execute(tx, { ...file, size: received.bytes, sha256: received.sha256, code, reason });
        return false;
      });
    } finally {
      if (!kept) await this.bytes.removeInput(ctx.tenantId, id);
    }
    return this.finishMove(ctx, drop, type, { name }, remotePath, session);
  }

  /** Takes a file that lies in the store, or answers why not. */
  private async receive(tx: WriteTx<TenantContext>, file: NewFile): Promise<RefusedFile | undefined> {
    const kind = this.kinds.of(file.type);
    if (kind.take) return kind.take(tx, file);
    const refusal = await tx.attempt(async () => void (await this.receiveFile.execute(tx, file)));
    if (!refusal) return undefined;
    return new RefusedFile(
      'file_already_received',
      (refusal.details.errors as { file?: readonly string[] } | undefined)?.file?.[0] ?? refusal.message,
    );
  }

  /** Moves a file that was taken or refused out of the upload folder. Answers false when the one that lies there was neither. */
  private async finishMove(
    ctx: TenantContext,
    { id: dropId, baseFolder }: FileDrop,
    type: DropType,
    { name }: Pick<SftpEntry, 'name'>,
    remotePath: string,
    session: SftpSession,
  ): Promise<boolean> {
    const file = await this.unitOfWork.read(ctx, async (tx) => {
      const [row] = await tx.query<{ id: string; status: string }>(
        `select id, status from file_import where tenant_id = $1 and drop_id = $2 and remote_path = $3 and moved_at is null and status <> 'ignored'`,
        [ctx.tenantId, dropId, remotePath],
      );
      return row;
    });
    if (!file) return false;
    const target = (file.status === 'refused' ? refusedPath : processedPath)(baseFolder, type, name);
    await session.move(remotePath, target, `${target}.${file.id}`);
    await this.unitOfWork.run(ctx, async (tx) => {
      await tx.query('update file_import set moved_at = now() where tenant_id = $1 and id = $2', [ctx.tenantId, file.id]);
      await tx.query('delete from file_sighting where tenant_id = $1 and drop_id = $2 and remote_path = $3', [
        ctx.tenantId,
        dropId,
        remotePath,
      ]);
    });
    return true;
  }

  /** Files beside the folders of the types are left alone, and noted once so that somebody finds out why nothing became of them (A.3.5). */
  private async noteStrays(ctx: TenantContext, drop: LeasedDrop, session: SftpSession): Promise<void> {
    const upload = path.posix.join(drop.baseFolder, 'upload');
    const entries = (await session.list(upload)) ?? [];
    const strays = entries.filter(({ kind, name }) => kind === 'file' && !isUnfinished(name)).map((entry) => ({ entry, folder: upload }));
    for (const { name } of entries
      .filter(({ kind, name }) => kind === 'folder' && !(DROP_TYPES as readonly string[]).includes(name))
      .slice(0, 20)) {
      const folder = path.posix.join(upload, name);
      for (const entry of (await session.list(folder)) ?? [])
        if (entry.kind === 'file' && !isUnfinished(entry.name)) strays.push({ entry, folder });
    }
    if (strays.length === 0) return;
    await this.unitOfWork.run(ctx, async (tx) => {
      for (const { entry, folder } of strays.slice(0, FILES_AT_ONCE))
        await this.recordRefused.ignore(tx, {
          name: entry.name,
          size: entry.size,
          dropId: drop.id,
          remotePath: path.posix.join(folder, entry.name),
        });
    });
  }
}
