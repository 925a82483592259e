import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Duplicate, NotFound, ValidationFailed, type ReadTx, type WriteTx } from '@tallystick/platform';
import { EnrollMembers } from '../members/enroll-members.operation.js';
import { MemberErased } from '../members/member.errors.js';
import { FindPrograms } from '../programs/find-programs.query.js';
import type { CoinCompany } from './coin-company.js';
import { newCoinId, USER_ID } from './coin-id.policy.js';
import { COIN_USERS, readCoinUser, type CoinUser, type CoinUserRow } from './coin-user.js';
import { CoinUserEnrolled } from './coins.acts.js';

/** Makes members users of companies, and finds them. A member is the user of one company. */
@Injectable()
export class CoinUsers {
  constructor(
    private readonly enrollMembers: EnrollMembers,
    private readonly programs: FindPrograms,
  ) {}

  /** Makes a member a user of a company. Throws `not_found` for an unknown member, `duplicate` when they are a user already or the id is taken. */
  async enroll(tx: WriteTx<TenantContext>, company: CoinCompany, given: { memberId: string; id?: string }): Promise<CoinUser> {
    const [member] = await tx.query('select from member where tenant_id = $1 and id = $2', [tx.ctx.tenantId, given.memberId]);
    if (!member) throw NotFound.with({ errors: { member_id: ['No such member.'] } });
    const user = await this.insert(tx, company, given.memberId, given.id);
    if (!user) throw Duplicate.with({ errors: { user_id: ['The member is a user already, or the id is taken.'] } });
    tx.audit(CoinUserEnrolled, {
      // By the member's own random id: the id of a user may be the tenant's, and the trail is for good (C9.1).
      target: { type: 'member', id: given.memberId },
      after: { company_id: company.id },
    });
    return user;
  }

  /** The user of that id of a company. Throws `not_found`, also for a user of another company. */
  async ofCompany(tx: ReadTx<TenantContext>, companyId: string, id: string): Promise<CoinUser> {
    const user = await this.find(tx, { id });
    if (user?.companyId !== companyId) throw noSuchUser();
    return user;
  }

  /**
   * The user of that id of a company. An id that is new is the member's of that reference; where the program enrolls on first sight, the
   * member too may be new. Throws `not_found`, and `erased` for who stays away (C9.4).
   */
  async seen(tx: WriteTx<TenantContext>, company: CoinCompany, id: string): Promise<CoinUser> {
    const known = await this.find(tx, { id });
    if (known) return known.companyId === company.id ? known : refuse();
    const memberId = (await this.memberOf(tx, id)) ?? (await this.enrollMember(tx, company, id));
    const user = (await this.insert(tx, company, memberId, id)) ?? (await this.find(tx, { id }));
    return user?.companyId === company.id ? user : refuse();
  }

  /** A member as a user of a company, under an id that is made already. */
  async bind(tx: WriteTx<TenantContext>, company: CoinCompany, memberId: string, id: string): Promise<CoinUser> {
    const user = (await this.insert(tx, company, memberId, id)) ?? (await this.find(tx, { memberId }));
    return user?.companyId === company.id ? user : refuse();
  }

  async find(tx: ReadTx<TenantContext>, by: { id: string } | { cardId: string } | { memberId: string }): Promise<CoinUser | undefined> {
    const [condition, value] =
      'id' in by
        ? ['u.id = $2', by.id]
        : 'cardId' in by
          ? ['u.card_id = $2', by.cardId]
          : [
              'u.member_id in (select f.id from member f where f.tenant_id = $1 and (f.id = $2::uuid or f.merged_into = $2::uuid))',
              by.memberId,
            ];
    // Their own before that of somebody who was merged into them.
    const [row] = await tx.query<CoinUserRow>(`${COIN_USERS} and ${condition} order by f.merged_into nulls first, u.id limit 1`, [
      tx.ctx.tenantId,
      value,
    ]);
    return row && readCoinUser(row);
  }

  /** Users of a company by id, with the count of all. */
  async list(
    tx: ReadTx<TenantContext>,
    companyId: string,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<{ users: CoinUser[]; total: number }> {
    const rows = await tx.query<CoinUserRow & { total: string }>(
      `select f.*, count(*) over () as total from (${COIN_USERS} and u.company_id = $2) f order by f.id limit $3 offset $4`,
      [tx.ctx.tenantId, companyId, limit, offset],
    );
    return { users: rows.map(readCoinUser), total: Number(rows[0]?.total ?? 0) };
  }

  private async memberOf(tx: ReadTx<TenantContext>, reference: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      'select coalesce(merged_into, id) as id from member where tenant_id = $1 and reference = $2',
      [tx.ctx.tenantId, reference],
    );
    return row?.id;
  }

  private async enrollMember(tx: WriteTx<TenantContext>, company: CoinCompany, reference: string): Promise<string> {
    const program = await this.programs.byId(tx, company.programId);
    if (!program.terms.enroll_on_first_sight) return refuse();
    const { enrolled, known, erased } = await this.enrollMembers.execute(tx, [reference], program);
    if (erased.length > 0) throw MemberErased.with({ errors: { user_id: ['Who had this id was erased.'] } });
    return [...enrolled, ...known][0]?.id ?? refuse();
  }

  /** Answers nothing when the member is a user already or the id is taken. */
  private async insert(
    tx: WriteTx<TenantContext>,
    company: CoinCompany,
    memberId: string,
    id = newCoinId('user'),
  ): Promise<CoinUser | undefined> {
    if (!USER_ID.test(id)) throw ValidationFailed.with({ errors: { user_id: [`Must match ${USER_ID.source}.`] } });
    const [row] = await tx.query<CoinUserRow>(
      `insert into coin_user (tenant_id, id, company_id, member_id, card_id, created_at) values ($1, $2, $3, $4, $5, tenant_now())
       on conflict do nothing returning *`,
      [tx.ctx.tenantId, id, company.id, memberId, newCoinId('card')],
    );
    return row && readCoinUser(row);
  }
}

const noSuchUser = () => NotFound.with({ errors: { user_id: ['No such user of this company.'] } });

function refuse(): never {
  throw noSuchUser();
}
