import { newId, requestContext, type TenantContext } from '@tallystick/kernel';
import {
  DefineAsset,
  houseAccountId,
  OpenAccounts,
  ownerAccountId,
  PostTransactions,
  type LedgerCommand,
  type Verdict,
} from '@tallystick/ledger';
import {
  DEFAULT_TERMS,
  EnrollMembers,
  EvaluateTiers,
  ErasedMembers,
  FindPointsBatch,
  MemberKeys,
  ParkedRefunds,
  PostPoints,
  PostPointsBatch,
  SaveProgram,
  type Program,
} from '@tallystick/loyalty';
import { Keyring, type UnitOfWork } from '@tallystick/platform';
import { CreateOrganization, CreateTenant } from '@tallystick/tenancy';

const DAY = 86_400_000;

/** Operations with their real parts, as the apps wire them. */
const ledger = new PostTransactions();
const openAccounts = new OpenAccounts();
const enrollMembers = new EnrollMembers(openAccounts, new ErasedMembers(new MemberKeys(new Keyring([Buffer.alloc(32)]))));
const parked = new ParkedRefunds();
const postBatch = new PostPointsBatch(
  new PostPoints(ledger, openAccounts, enrollMembers, parked, new EvaluateTiers()),
  parked,
  new FindPointsBatch(),
);

/** A tenant with a program that earns a point a dollar, which lasts a year, and members. */
export class Bank {
  private constructor(
    readonly uow: UnitOfWork,
    readonly ctx: TenantContext,
    readonly program: Program,
  ) {}

  static async open(uow: UnitOfWork): Promise<Bank> {
    const tenantId = newId();
    const ctx = requestContext({ tenantId, actor: { type: 'client' as const, id: 'bench' }, requestId: 'bench' });
    const program = await uow.run(ctx, async (tx) => {
      const organizationId = await new CreateOrganization().execute(tx, { name: 'Bench' });
      const slug = `bench-${tenantId.slice(-12)}`;
      await new CreateTenant().execute(tx, {
        organizationId,
        slug,
        name: 'Bench',
        mode: 'live',
        timezone: 'Asia/Kolkata',
        currency: 'USD',
      });
      return new SaveProgram(new DefineAsset()).create(tx, {
        code: 'bench',
        name: 'Bench',
        description: null,
        termsUrl: null,
        status: 'active',
        isDefault: true,
        scale: 0,
        startsAt: null,
        endsAt: null,
        terms: {
          ...DEFAULT_TERMS,
          currency: 'USD',
          point_value: '0.01',
          expiry_policy: { type: 'rolling', months: 12 },
          enroll_on_first_sight: true,
        },
      });
    });
    return new Bank(uow, ctx, program);
  }

  get issuance(): string {
    return houseAccountId(this.program.assetId, 'issuance');
  }

  get redeemed(): string {
    return houseAccountId(this.program.assetId, 'redeemed');
  }

  /** Enrolls `count` members and answers their references and accounts. */
  async enroll(count: number, prefix = 'member'): Promise<{ references: string[]; accounts: string[] }> {
    const references = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    const accounts: string[] = [];
    for (const part of parts(references)) {
      const { enrolled } = await this.uow.run(this.ctx, (tx) => enrollMembers.execute(tx, part, this.program));
      accounts.push(...enrolled.map(({ id }) => ownerAccountId(this.program.assetId, id)));
    }
    return { references, accounts };
  }

  /** Opens accounts without lots, each with a balance of its own: plain double entry. */
  async openPlain(count: number, balance = 1_000_000_000n): Promise<string[]> {
    const owners = Array.from({ length: count }, newId);
    const accounts: string[] = [];
    for (const part of parts(owners)) {
      const opened = await this.uow.run(this.ctx, (tx) =>
        openAccounts.execute(
          tx,
          part.map((ownerId) => ({ assetId: this.program.assetId, ownerId, ownerType: 'bench', lotted: false })),
        ),
      );
      accounts.push(...opened);
      await this.post(opened.map((account) => this.transfer(this.issuance, account, balance)));
    }
    return accounts;
  }

  /** Posts a list in a transaction of its own; every command must succeed. */
  async post(commands: readonly LedgerCommand[]): Promise<void> {
    const verdicts = await this.uow.run(this.ctx, (tx) => ledger.execute(tx, commands));
    verdicts.forEach(mustBePosted);
  }

  /** A plain transfer between accounts without lots. */
  transfer(from: string, to: string, amount = 1n): LedgerCommand {
    return { ...fact('transfer', from), legs: [{ from, to, amount }] };
  }

  /** An earning: a lot that lasts a year. */
  earn(account: string, amount = 100n): LedgerCommand {
    const now = new Date();
    const lot = { earnedAt: now, availableAt: now, expiresAt: new Date(now.getTime() + 365 * DAY) };
    return { ...fact('earn', account), legs: [{ from: this.issuance, to: account, amount, lot }] };
  }

  /** A redemption out of the lots of an account. */
  redeem(account: string, amount = 1n): LedgerCommand {
    return { ...fact('redeem', account), legs: [{ from: account, to: this.redeemed, amount }] };
  }

  /** Posts a batch of purchases through the rules of the program. */
  async postBatch(requestId: string, items: readonly PurchaseLine[]): Promise<void> {
    const ctx = requestContext({ ...this.ctx, requestId });
    const { batch } = await this.uow.run(ctx, (tx) =>
      postBatch.execute(tx, { requestId, lines: items.map((item) => ({ item })), raw: items }),
    );
    if (batch.accepted !== items.length) throw new Error(`only ${batch.accepted} of ${items.length} purchases were accepted`);
  }
}

/** The ledger's part of group commit: posts what many callers gave. */
export const postTogether = ledger.execute.bind(ledger);

/** @throws Error when a command of the bench was refused: then nothing was measured */
export function mustBePosted(verdict: Verdict): void {
  if (verdict.outcome !== 'posted') throw new Error(`a posting of the bench was not posted: ${JSON.stringify(verdict, asText)}`);
}
const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

const fact = (kind: string, account: string) => {
  const id = newId();
  return { act: 'post' as const, id, kind, account, reference: { key: `${kind}:${scattered(id)}`, hash: HASH } };
};
const HASH = 'a'.repeat(64);

/** Natural keys of callers come in no order: the random end first. */
const scattered = (id: string): string => id.slice(-12) + id.slice(0, 8);

/** A line of a batch. */
export interface PurchaseLine {
  readonly id: string;
  readonly type: 'purchase';
  readonly member_reference: string;
  readonly amount: string;
  readonly currency: string;
  readonly occurred_at: string;
}

let newcomers = 0;
let purchases = 0;

/** Purchases of members taken at random; every tenth is of somebody who was never seen before. */
export function purchaseLines(count: number, references: readonly string[]): PurchaseLine[] {
  return Array.from({ length: count }, () => ({
    id: `PUR-${scattered(newId())}`,
    type: 'purchase',
    member_reference: ++purchases % 10 === 0 ? `newcomer-${++newcomers}` : oneOf(references),
    amount: `${1 + Math.floor(Math.random() * 500)}.${10 + Math.floor(Math.random() * 90)}`,
    currency: 'USD',
    occurred_at: new Date(Date.now() - Math.floor(Math.random() * DAY)).toISOString(),
  }));
}

/** One of a list, at random. */
export const oneOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

/** A list in parts of at most 5,000. */
export function* parts<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += 5_000) yield list.slice(start, start + 5_000);
}
