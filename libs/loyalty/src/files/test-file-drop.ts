import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Keyring, OutgoingSftp, SftpFailure, UnitOfWork } from '@tallystick/platform';
import { accessOf, readDrop } from './file-drop.js';
import { DROP_TYPES } from './file-format.policy.js';
import { uploadFolder } from './remote-places.js';

/** What a trial of a drop found. */
export interface DropTrial {
  /** The host key that the server shows. */
  readonly hostKey: string | null;
  /** Whether it is the one that the drop names; null when it names none. */
  readonly hostKeyMatches: boolean | null;
  /** Whether the server lets us in; null when that was not tried, as nothing secret goes to a server whose key is not the one named. */
  readonly signedIn: boolean | null;
  /** The upload folders that are there. */
  readonly folders: readonly string[];
  /** What is in the way; null when all is well. */
  readonly problem: string | null;
}

/** Tries a drop out: who answers there, whether we are let in, which folders there are. Changes nothing. */
@Injectable()
export class TestFileDrop {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sftp: OutgoingSftp,
    private readonly keyring: Keyring,
  ) {}

  /** Throws `not_found`. */
  async run(ctx: TenantContext, id: string): Promise<DropTrial> {
    const drop = await this.unitOfWork.read(ctx, (tx) => readDrop(tx, id));
    const nothing: DropTrial = { hostKey: null, hostKeyMatches: null, signedIn: null, folders: [], problem: null };
    const seen = await this.sftp.hostKeyOf(drop).catch(failureOf);
    if (typeof seen !== 'string') return { ...nothing, problem: seen.message };
    const known = { ...nothing, hostKey: seen, hostKeyMatches: drop.hostKey === null ? null : drop.hostKey === seen };
    if (drop.hostKey === null) return { ...known, problem: 'Check the host key with who runs the server, and name it in host_key.' };
    if (!known.hostKeyMatches) return { ...known, problem: 'The server shows another host key than the one the drop names.' };
    const session = await this.sftp.open(accessOf(this.keyring, ctx.tenantId, { ...drop, hostKey: drop.hostKey })).catch(failureOf);
    if (session instanceof SftpFailure) return { ...known, signedIn: session.kind !== 'sign_in_refused', problem: session.message };
    try {
      const folders: string[] = [];
      for (const type of DROP_TYPES) if (await session.list(uploadFolder(drop.baseFolder, type))) folders.push(`upload/${type}`);
      const problem = folders.length === 0 ? 'There is no upload folder below the base folder.' : null;
      return { ...known, signedIn: true, folders, problem };
    } catch (error) {
      return { ...known, signedIn: true, problem: failureOf(error).message };
    } finally {
      await session.close();
    }
  }
}

function failureOf(error: unknown): SftpFailure {
  if (error instanceof SftpFailure) return error;
  throw error;
}
