import { Injectable } from '@nestjs/common';
import { DomainError, fingerprint, type TenantContext } from '@tallystick/kernel';
import {
  CreateMember,
  FindMembers,
  UpdateMember,
  type Member,
  type MemberChanges,
  type NewMember,
  type Profile,
} from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import type { LoyalifeCode } from '../loyalife.codes.js';
import { refuse } from '../loyalife.errors.js';

type Tx = WriteTx<TenantContext>;

/** Writes members as Loyalife's clients expect: no two of them with one address or one number. */
@Injectable()
export class WriteProfile {
  constructor(
    private readonly createMember: CreateMember,
    private readonly updateMember: UpdateMember,
    private readonly members: FindMembers,
  ) {}

  /** Throws E201 for a reference that is taken or a unique attribute of another member, E205, E206, 006 for what the definitions refuse. */
  async create(tx: Tx, member: NewMember): Promise<Member> {
    await takeTurns(tx, member.profile);
    const [taken] = await tx.query('select from member where tenant_id = $1 and reference = $2', [tx.ctx.tenantId, member.reference]);
    if (taken) throw refuse('E201');
    await this.refuseDoubles(tx, member.profile, undefined);
    return inWords(this.createMember.execute(tx, member), '006');
  }

  /** Throws E201 for a unique attribute of another member, E205, E206, 104 for what the definitions or the status refuse. */
  async update(tx: Tx, memberId: string, changes: MemberChanges): Promise<Member> {
    await takeTurns(tx, changes.profile);
    await this.refuseDoubles(tx, changes.profile, memberId);
    return inWords(this.updateMember.execute(tx, memberId, changes), '104');
  }

  private async refuseDoubles(tx: Tx, { email, phone_number }: Profile, own: string | undefined): Promise<void> {
    const isOthers = (found: readonly Member[]): boolean => found.some(({ id }) => id !== own);
    if (email && isOthers(await this.members.lookUp(tx, { email }))) throw refuse('E205');
    if (phone_number && isOthers(await this.members.lookUp(tx, { phone_number }))) throw refuse('E206');
  }
}

/**
 * Who writes an address or a number waits for whoever else writes the same one: what is looked up next is what they left. No constraint of
 * the table can say so, for other surfaces let two members share one.
 */
async function takeTurns(tx: Tx, { email, phone_number }: Profile): Promise<void> {
  const written = [email && { email: email.trim().toLowerCase() }, phone_number && { phone_number }].filter(Boolean);
  if (written.length === 0) return;
  await tx.query(
    `select pg_advisory_xact_lock(k) from (select hashtextextended('loyalife ' || w, hashtextextended($1::text, 0)) as k
       from unnest($2::text[]) as written(w) order by k) turns`,
    [tx.ctx.tenantId, written.map((one) => fingerprint(one))],
  );
}

/** What the operations refuse is called by the call that they were asked in. */
async function inWords(work: Promise<Member>, failed: LoyalifeCode): Promise<Member> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, kind } = error.definition;
    if (code === 'duplicate') throw refuse('E201', error.details);
    if (code === 'erased') throw refuse('E204', { message: error.message });
    throw kind === 'invalid' || kind === 'conflict' ? refuse(failed, error.details) : error;
  }
}
