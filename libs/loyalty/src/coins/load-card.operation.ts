import { Injectable } from '@nestjs/common';
import { fingerprint, parseDecimal, Points, type TenantContext } from '@tallystick/kernel';
import { IdempotencyKeyReused, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { CreateMember } from '../members/create-member.operation.js';
import { FindMembers } from '../members/find-members.query.js';
import type { Profile } from '../members/profile-sealer.js';
import type { Decimal, PointsFact, Source } from '../points/points-fact.js';
import { PostPoints } from '../points/post-points.operation.js';
import { FindPrograms } from '../programs/find-programs.query.js';
import { FindWallets } from '../wallets/find-wallets.query.js';
import { CoinCompanies } from './coin-companies.js';
import type { CoinCompany } from './coin-company.js';
import { newCoinId } from './coin-id.policy.js';
import type { CoinUser } from './coin-user.js';
import { CoinUsers } from './coin-users.js';

/** Points to be put on a user's card, or taken off it. */
export interface CardLoad {
  readonly companyId: string;
  readonly cardAccountId?: string;
  /** The user's card; where it is left out, `person` says whose, or the account has a single card. */
  readonly cardId?: string;
  /** Found by e-mail or phone; somebody new becomes a user when points are put on. */
  readonly person?: Profile;
  readonly direction: 'on' | 'off';
  /** Points, exact to the program's decimals. */
  readonly amount: Decimal;
  /** The natural key: once for the tenant, whatever the number of calls. */
  readonly reference: string;
  readonly source: Source;
}

/** What came of it. */
export interface CardLoaded {
  readonly user: CoinUser;
  /** The number of the transaction in the ledger. */
  readonly number: string;
  readonly reference: string;
  /** Available after it, in points. */
  readonly balance: number;
  readonly replayed: boolean;
}

type Tx = WriteTx<TenantContext>;

/** Puts points on a user's card or takes them off, once for each reference. */
@Injectable()
export class LoadCard {
  constructor(
    private readonly companies: CoinCompanies,
    private readonly users: CoinUsers,
    private readonly members: FindMembers,
    private readonly createMember: CreateMember,
    private readonly programs: FindPrograms,
    private readonly wallets: FindWallets,
    private readonly postPoints: PostPoints,
  ) {}

  /** Throws `not_found`, `idempotency_key_reused` for other content under a reference, and what `PostPoints` refuses. */
  async execute(tx: Tx, load: CardLoad): Promise<CardLoaded> {
    const { tenantId } = tx.ctx;
    await tx.query(`select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'card_points', $1::text, $2::text), 0))`, [
      tenantId,
      load.reference,
    ]);
    const hash = hashOf(load);
    const known = await this.known(tx, load, hash);
    if (known) return known;
    const company = await this.companies.seen(tx, load.companyId, load.cardAccountId);
    if (load.cardAccountId !== undefined && load.cardAccountId !== company.cardAccountId)
      throw NotFound.with({ errors: { card_account_id: ['No such card account of this company.'] } });
    const user = await this.userOf(tx, company, load);
    const [outcome] = await this.postPoints.execute(tx, [factOf(load, user, company)]);
    if (outcome!.status === 'refused') throw outcome!.refusal;
    const { shown } = outcome as Extract<typeof outcome, { shown: object }>;
    const program = await this.programs.byId(tx, company.programId);
    const { available } = await this.wallets.balance(tx, user.memberId, program.id, undefined);
    await tx.query(
      `insert into card_points (tenant_id, reference, hash, user_id, transaction_id, balance, created_at)
       values ($1, $2, $3, $4, $5, $6, tenant_now())`,
      [tenantId, load.reference, hash, user.id, shown.id, parseDecimal(available, program.scale)],
    );
    return { user, number: String(shown.number), reference: load.reference, balance: available, replayed: false };
  }

  private async known(tx: Tx, { reference, cardId, person }: CardLoad, hash: string): Promise<CardLoaded | undefined> {
    const [row] = await tx.query<{ hash: string; user_id: string; number: string; balance: string; scale: number }>(
      `select c.hash, c.user_id, t.number, c.balance, p.scale from card_points c
       join ledger_transaction t on t.tenant_id = c.tenant_id and t.id = c.transaction_id
       join coin_user u on u.tenant_id = c.tenant_id and u.id = c.user_id
       join coin_company o on o.tenant_id = u.tenant_id and o.id = u.company_id
       join program p on p.tenant_id = o.tenant_id and p.id = o.program_id
       where c.tenant_id = $1 and c.reference = $2`,
      [tx.ctx.tenantId, reference],
    );
    if (!row) return undefined;
    if (row.hash !== hash) throw IdempotencyKeyReused.with();
    const user = (await this.users.find(tx, { id: row.user_id }))!;
    const named = cardId === undefined && (person?.email || person?.phone_number) ? await this.memberBy(tx, person) : user.memberId;
    if (named !== user.memberId) throw IdempotencyKeyReused.with();
    return { user, number: row.number, reference, balance: Points.of(BigInt(row.balance), row.scale).toNumber(), replayed: true };
  }

  /** By the card, by the person, or the only user that there is. */
  private async userOf(tx: Tx, company: CoinCompany, load: CardLoad): Promise<CoinUser> {
    if (load.cardId !== undefined) {
      const user = await this.users.find(tx, { cardId: load.cardId });
      if (user?.companyId !== company.id) throw NotFound.with({ errors: { card_id: ['No such card of this company.'] } });
      return user;
    }
    const { email, phone_number: phone } = load.person ?? {};
    if (email || phone) return this.userBy(tx, company, load);
    const { users } = await this.users.list(tx, company.id, { limit: 2, offset: 0 });
    if (users.length !== 1) throw ValidationFailed.with({ errors: { card_id: ['Name the card, or its user by e-mail or mobile.'] } });
    return users[0]!;
  }

  private async userBy(tx: Tx, company: CoinCompany, { person = {}, direction }: CardLoad): Promise<CoinUser> {
    const memberId = await this.memberBy(tx, person);
    const user = memberId === undefined ? undefined : await this.users.find(tx, { memberId });
    if (user && user.companyId !== company.id) throw NotFound.with({ errors: { user: ['This is a user of another company.'] } });
    if (user) return user;
    if (direction === 'off') throw NotFound.with({ errors: { user: ['No such user of this company.'] } });
    const id = newCoinId('user');
    return this.users.bind(tx, company, memberId ?? (await this.createMember.execute(tx, { reference: id, profile: person })).id, id);
  }

  /** Who has this e-mail address or phone; both must be the same person's. */
  private async memberBy(tx: Tx, { email, phone_number: phone }: Profile): Promise<string | undefined> {
    const found = new Set<string>();
    for (const lookup of [email && { email }, phone && { phone_number: phone }])
      if (lookup) for (const { id } of await this.members.lookUp(tx, lookup)) found.add(id);
    if (found.size > 1) throw ValidationFailed.with({ errors: { email: ['E-mail and mobile do not name one user.'] } });
    return [...found][0];
  }
}

function factOf({ direction, amount, reference, source }: CardLoad, user: CoinUser, company: CoinCompany): PointsFact {
  const whose = { member: { id: user.memberId }, programId: company.programId, source };
  return direction === 'on'
    ? { kind: 'earn', keyedAs: 'card', ...whose, reference, earned: { points: amount }, narration: 'Points put on the card' }
    : {
        kind: 'adjust_debit',
        ...whose,
        points: amount,
        reasonCode: 'unallocated',
        reference: `card:${reference}`,
        narration: 'Points taken off the card',
      };
}

/** What a caller says, but for the person: of a person not even a hash is kept. */
const hashOf = ({ companyId, cardAccountId, cardId, direction, amount }: CardLoad): string =>
  fingerprint({ companyId, cardAccountId, cardId, direction, amount: String(amount) });
