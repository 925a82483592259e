import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Duplicate, InvalidState, type WriteTx } from '@tallystick/platform';
import { EnrollMembers } from './enroll-members.operation.js';
import { FindMembers } from './find-members.query.js';
import type { Member } from './member.js';
import { readProgram, type ProgramRow } from '../programs/program.js';
import { ProfileSealer, type Profile } from './profile-sealer.js';
import { storeProfile } from './store-profile.js';

/** Enrolls one member with what the caller knows of the person, and a wallet of the default program. */
@Injectable()
export class CreateMember {
  constructor(
    private readonly enrollMembers: EnrollMembers,
    private readonly sealer: ProfileSealer,
    private readonly findMembers: FindMembers,
  ) {}

  /** Throws `duplicate` for a taken reference, `invalid_state` when the tenant has no default program yet. */
  async execute(tx: WriteTx<TenantContext>, input: { reference: string; profile: Profile }): Promise<Member> {
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and is_default', [tx.ctx.tenantId]);
    if (!row) throw InvalidState.with({ message: 'This tenant has no default program yet: create one first.' });
    const { enrolled } = await this.enrollMembers.execute(tx, [input.reference], readProgram(row));
    const [member] = enrolled;
    if (!member) throw Duplicate.with({ errors: { reference: ['This reference is taken.'] } });
    await storeProfile(tx, this.sealer, member.id, input.profile);
    return this.findMembers.byId(tx, member.id);
  }
}
