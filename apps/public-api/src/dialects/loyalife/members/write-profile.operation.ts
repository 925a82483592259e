import { Injectable } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
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
    await this.refuseDoubles(tx, member.profile, undefined);
    return inWords(this.createMember.execute(tx, member), '006');
  }

  /** Throws E201 for a unique attribute of another member, E205, E206, 104 for what the definitions or the status refuse. */
  async update(tx: Tx, memberId: string, changes: MemberChanges): Promise<Member> {
    await this.refuseDoubles(tx, changes.profile, memberId);
    return inWords(this.updateMember.execute(tx, memberId, changes), '104');
  }

  private async refuseDoubles(tx: Tx, { email, phone_number }: Profile, own: string | undefined): Promise<void> {
    const isOthers = (found: readonly Member[]): boolean => found.some(({ id }) => id !== own);
    if (email && isOthers(await this.members.lookUp(tx, { email }))) throw refuse('E205');
    if (phone_number && isOthers(await this.members.lookUp(tx, { phone_number }))) throw refuse('E206');
  }
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
