import type { TenantContext } from '@tallystick/kernel';
import { findSubjects, type Subject } from '@tallystick/ledger';
import type { Prepared, ReadTx } from '@tallystick/platform';
import { activationInstant, expiryInstant } from '../programs/expiry.policy.js';
import type { MemberStatus } from '../members/member-status.policy.js';
import { readProgram, type Program, type ProgramRow } from '../programs/program.js';
import { hasEarnCaps } from '../rules/counters.policy.js';
import { NO_STANDING, type Standing } from '../rules/conditions.policy.js';
import type { RuleInForce } from '../rules/earning-rule.js';
import type { MemberRef, PointsFact } from './points-fact.js';

/** A member as a posting needs it: no personal data. What rules ask of it is read where there are rules or tiers. */
export interface KnownMember extends Standing {
  readonly id: string;
  readonly reference: string;
  readonly status: MemberStatus;
  /** Assets of which the member has a wallet. */
  readonly assets: ReadonlySet<string>;
}

/** The rules that purchases of a program earn by, and whether it counts its members' purchases. */
export interface RulesInForce {
  readonly rules: readonly RuleInForce[];
  readonly counts: boolean;
}

/** What a tenant has of rules: of each program by its id, and whether there are tiers, or rules of any status. */
export interface EarningTerms {
  readonly byProgram: ReadonlyMap<string, RulesInForce>;
  readonly tiers: boolean;
  readonly rules: boolean;
  /** The tier of those who have none yet, by program: the one that takes nothing to be in. */
  readonly firstTiers: Standing['tiers'];
}

const NO_RULES: RulesInForce = { rules: [], counts: false };

/** All that planning a list of facts needs to know, read in a few statements whatever the length of the list. */
export class LoyaltyWorld {
  private readonly expiries = new Map<string, Date | null>();
  private readonly erased = new Set<string>();
  private readonly standings = new Map<KnownMember, KnownMember>();

  constructor(
    readonly now: Date,
    readonly zone: string,
    private readonly programs: readonly Program[],
    private readonly members: Map<string, KnownMember>,
    private readonly subjects: ReadonlyMap<string, Subject>,
    private readonly earning: EarningTerms = { byProgram: new Map(), tiers: false, rules: false, firstTiers: new Map() },
  ) {}

  /** The rules by which purchases of a program earn besides its own rate. */
  rules(program: Program): RulesInForce {
    return this.earning.byProgram.get(program.id) ?? NO_RULES;
  }

  /** The same world with other rules of a program. */
  withRules(program: Program, rules: RulesInForce): LoyaltyWorld {
    const byProgram = new Map([...this.earning.byProgram, [program.id, rules]]);
    return new LoyaltyWorld(this.now, this.zone, this.programs, new Map(this.members), this.subjects, { ...this.earning, byProgram });
  }

  /** Whether the tenant has tiers, which multiply what members earn. */
  get hasTiers(): boolean {
    return this.earning.tiers;
  }

  /** Whether the tenant has or had rules, or a program caps what its members earn: a refund may have something to give back. */
  get countsUse(): boolean {
    return this.earning.rules || this.programs.some(hasEarnCaps);
  }

  /** The program of that id, or the tenant's default program. */
  program(id: string | undefined): Program | undefined {
    return this.programs.find((program) => (id === undefined ? program.isDefault : program.id === id.toLowerCase()));
  }

  programOfAsset(assetId: string): Program | undefined {
    return this.programs.find((program) => program.assetId === assetId);
  }

  /** A member as they stand: who has not been looked at yet is in the first tier where nothing keeps them out of it. */
  member(ref: MemberRef): KnownMember | undefined {
    const member = this.known(ref);
    if (!member || this.earning.firstTiers.size === 0) return member;
    const standing = this.standings.get(member) ?? { ...member, tiers: new Map([...this.earning.firstTiers, ...member.tiers]) };
    this.standings.set(member, standing);
    return standing;
  }

  private known({ id, reference }: MemberRef): KnownMember | undefined {
    return this.members.get(id === undefined ? `reference:${reference}` : `id:${id.toLowerCase()}`);
  }

  /** Whether a reference is that of somebody who was erased, as far as it was asked about. */
  isErased({ reference }: MemberRef): boolean {
    return reference !== undefined && this.erased.has(reference);
  }

  /** Adds members who were enrolled meanwhile, and references of people who were erased. */
  learn(members: readonly KnownMember[], erased: readonly string[] = []): void {
    for (const reference of erased) this.erased.add(reference);
    for (const member of members) this.members.set(`id:${member.id}`, member).set(`reference:${member.reference}`, member);
  }

  subject(transactionId: string): Subject | undefined {
    return this.subjects.get(transactionId.toLowerCase());
  }

  /** What activity of a member does to the end of points under a sliding expiry: all of them then last from now; undefined under any other. */
  slide(program: Program): { until: Date } | undefined {
    const until = program.terms.expiry_policy.type === 'sliding' ? this.expiry(program, this.now) : null;
    return until ? { until } : undefined;
  }

  /** When the points of a purchase become available: at once, or after the days that its program says; not in the past (C1.6). */
  activation({ terms }: Program, occurredAt = this.now): Date {
    if (terms.activation_days === 0) return this.now;
    const activeAt = activationInstant(terms.activation_days, occurredAt, this.zone);
    return activeAt > this.now ? activeAt : this.now;
  }

  /** When points of `program` that become available at `availableAt` are gone; computed once for a quarter of an hour, which no zone splits. */
  expiry(program: Program, availableAt: Date): Date | null {
    const key = `${program.id}/${Math.floor(availableAt.getTime() / 900_000)}`;
    const known = this.expiries.get(key);
    if (known !== undefined) return known;
    const instant = expiryInstant(program.terms.expiry_policy, availableAt, this.zone);
    this.expiries.set(key, instant);
    return instant;
  }
}

const READ_PROGRAMS: Prepared = {
  name: 'loyalty_read_programs',
  text: `select greatest(tenant_now(), date_trunc('milliseconds', clock_timestamp()) + t.clock_offset_ms * interval '1 millisecond') as moment,
      t.timezone as zone, p.id, p.code, p.name, p.description, p.terms_url, p.status, p.is_default, p.asset_id,
      p.scale, p.version, p.terms, p.tiered, p.starts_at, p.ends_at, p.created_at, p.updated_at,
      case when p.tiered then (select json_build_object('code', b.code, 'multiplier', trim_scale(b.earn_multiplier)::text)
        from tier b where b.tenant_id = $1 and b.program_id = p.id and b.threshold = 0 order by b.rank desc limit 1) end as first_tier,
      exists (select from tier where tenant_id = $1) as has_tiers, exists (select from earning_rule where tenant_id = $1) as has_rules,
      exists (select from earning_rule r where r.tenant_id = $1 and r.program_id = p.id and r.counts_purchases) as counts,
      (select json_agg(json_build_object('id', r.id, 'code', r.code, 'version', v.version, 'definition', v.definition))
       from earning_rule r join earning_rule_version v on v.tenant_id = $1 and v.rule_id = r.id and v.version = r.live_version
       where r.tenant_id = $1 and r.program_id = p.id and r.status = 'published') as rules
    from tenant t left join program p on p.tenant_id = t.id where t.id = $1`,
};

type WorldRow = ProgramRow & {
  moment: Date;
  zone: string;
  has_tiers: boolean;
  first_tier: { code: string; multiplier: string } | null;
  has_rules: boolean;
  counts: boolean;
  rules: RuleInForce[] | null;
};

/** Reads the world for a list of facts; what rules ask of members where there are rules or tiers, or `withStanding`. */
export async function readWorld(tx: ReadTx<TenantContext>, facts: readonly PointsFact[], withStanding = false): Promise<LoyaltyWorld> {
  const rows = await tx.query<WorldRow>(READ_PROGRAMS, [tx.ctx.tenantId]);
  const [first] = rows as [WorldRow];
  const ofPrograms = rows.filter((row) => row.id);
  const standing = withStanding || first.has_tiers || ofPrograms.some((row) => row.rules);
  const members = await readMembers(tx, facts.flatMap(membersIn), standing);
  const subjects = await findSubjects(tx, [...new Set(facts.flatMap(subjectsIn))]);
  const owners = [...new Set([...subjects.values()].map((subject) => subject.ownerId))].filter((id) => !members.has(`id:${id}`));
  const ownersKnown = await readMembers(
    tx,
    owners.map((id) => ({ id })),
    false,
  );
  return new LoyaltyWorld(first.moment, first.zone, ofPrograms.map(readProgram), new Map([...members, ...ownersKnown]), subjects, {
    byProgram: new Map(ofPrograms.map(({ id, rules, counts }) => [id, { rules: rules ?? [], counts }])),
    tiers: first.has_tiers,
    rules: first.has_rules,
    firstTiers: new Map(ofPrograms.flatMap(({ id, first_tier: tier }) => (tier ? [[id, tier]] : []))),
  });
}

const membersIn = (fact: PointsFact): MemberRef[] =>
  'member' in fact ? [fact.member] : fact.kind === 'transfer' ? [fact.from, fact.to] : [];
const subjectsIn = (fact: PointsFact): string[] =>
  'holdId' in fact ? [fact.holdId.toLowerCase()] : 'transactionId' in fact ? [fact.transactionId.toLowerCase()] : [];

interface MemberRow {
  asked_id: string;
  asked_reference: string;
  id: string;
  reference: string;
  status: KnownMember['status'];
  assets: string[];
  attributes?: Record<string, unknown>;
  segments?: string[];
  tiers?: Record<string, { code: string; multiplier: string }> | null;
}

// What names a merged member means the one that they were merged into.
const memberColumns = (standing: string): string => `select q.id as asked_id, q.reference as asked_reference, m.id, m.reference, m.status,
    array(select a.asset_id from ledger_account a where a.tenant_id = $1 and a.owner_id = m.id) as assets${standing}
  from member q join member m on m.tenant_id = $1 and m.id = coalesce(q.merged_into, q.id) where q.tenant_id = $1`;

const readBy = (name: string, columns: string): Prepared => ({
  name,
  text: `${columns} and q.id = any($2::uuid[]) union all ${columns} and q.reference = any($3::text[])`,
});

const READ_MEMBERS = readBy('loyalty_read_members', memberColumns(''));

/** What rules and tiers ask besides: paid for only where there are some. */
const READ_STANDING = readBy(
  'loyalty_read_standing',
  memberColumns(`, m.attributes,
    array(select s.code from segment_member i join segment s on s.tenant_id = $1 and s.id = i.segment_id
          where i.tenant_id = $1 and i.member_id = m.id) as segments,
    (select jsonb_object_agg(i.program_id, jsonb_build_object('code', r.code, 'multiplier', trim_scale(r.earn_multiplier)::text))
     from member_tier i join tier r on r.tenant_id = $1 and r.id = i.tier_id
     where i.tenant_id = $1 and i.member_id = m.id) as tiers`),
);

/** Members by id and by reference, under the keys `id:…` and `reference:…`. */
async function readMembers(tx: ReadTx<TenantContext>, refs: readonly MemberRef[], standing: boolean): Promise<Map<string, KnownMember>> {
  const known = new Map<string, KnownMember>();
  if (refs.length === 0) return known;
  const ids = [...new Set(refs.flatMap((ref) => (ref.id === undefined ? [] : [ref.id])))];
  const references = [...new Set(refs.flatMap((ref) => (ref.reference === undefined ? [] : [ref.reference])))];
  const rows = await tx.query<MemberRow>(standing ? READ_STANDING : READ_MEMBERS, [tx.ctx.tenantId, ids, references]);
  for (const row of rows) {
    const { id, reference, status, assets } = row;
    const member: KnownMember = { id, reference, status, assets: new Set(assets), ...(standing ? standingOf(row) : NO_STANDING) };
    known.set(`id:${row.asked_id}`, member).set(`reference:${row.asked_reference}`, member).set(`id:${id}`, member);
  }
  return known;
}

const standingOf = ({ attributes = {}, segments = [], tiers }: MemberRow): Standing => ({
  attributes,
  segments: new Set(segments),
  tiers: new Map(Object.entries(tiers ?? {})),
});
