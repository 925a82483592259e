import type { TenantContext } from '@tallystick/kernel';
import { findSubjects, type Subject } from '@tallystick/ledger';
import type { Prepared, ReadTx } from '@tallystick/platform';
import { expiryInstant } from '../programs/expiry.policy.js';
import type { MemberStatus } from '../members/member-status.policy.js';
import type { MemberRef, PointsFact } from './points-fact.js';
import { readProgram, type Program, type ProgramRow } from '../programs/program.js';

/** A member as a posting needs it: no personal data. */
export interface KnownMember {
  readonly id: string;
  readonly reference: string;
  readonly status: MemberStatus;
  /** Assets of which the member has a wallet. */
  readonly assets: ReadonlySet<string>;
}

/** All that planning a list of facts needs to know, read in a few statements whatever the length of the list. */
export class LoyaltyWorld {
  private readonly expiries = new Map<string, Date | null>();
  private readonly erased = new Set<string>();

  constructor(
    readonly now: Date,
    readonly zone: string,
    private readonly programs: readonly Program[],
    private readonly members: Map<string, KnownMember>,
    private readonly subjects: ReadonlyMap<string, Subject>,
  ) {}

  /** The program of that id, or the tenant's default program. */
  program(id: string | undefined): Program | undefined {
    return this.programs.find((program) => (id === undefined ? program.isDefault : program.id === id.toLowerCase()));
  }

  programOfAsset(assetId: string): Program | undefined {
    return this.programs.find((program) => program.assetId === assetId);
  }

  member({ id, reference }: MemberRef): KnownMember | undefined {
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
  text: `select tenant_now() as moment, t.timezone as zone, p.id, p.code, p.name, p.description, p.terms_url, p.status, p.is_default, p.asset_id,
      p.scale, p.version, p.terms, p.starts_at, p.ends_at, p.created_at, p.updated_at
    from tenant t left join program p on p.tenant_id = t.id where t.id = $1`,
};

/** Reads the world for a list of facts. */
export async function readWorld(tx: ReadTx<TenantContext>, facts: readonly PointsFact[]): Promise<LoyaltyWorld> {
  const rows = await tx.query<ProgramRow & { moment: Date; zone: string }>(READ_PROGRAMS, [tx.ctx.tenantId]);
  const [first] = rows as [ProgramRow & { moment: Date; zone: string }];
  const programs = rows.filter((row) => row.id).map(readProgram);
  const members = await readMembers(tx, facts.flatMap(membersIn));
  const subjects = await findSubjects(tx, [...new Set(facts.flatMap(subjectsIn))]);
  const owners = [...new Set([...subjects.values()].map((subject) => subject.ownerId))].filter((id) => !members.has(`id:${id}`));
  const ownersKnown = await readMembers(
    tx,
    owners.map((id) => ({ id })),
  );
  return new LoyaltyWorld(first.moment, first.zone, programs, new Map([...members, ...ownersKnown]), subjects);
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
}

// What names a merged member means the one that they were merged into.
const MEMBER = `select q.id as asked_id, q.reference as asked_reference, m.id, m.reference, m.status,
    array(select a.asset_id from ledger_account a where a.tenant_id = $1 and a.owner_id = m.id) as assets
  from member q join member m on m.tenant_id = $1 and m.id = coalesce(q.merged_into, q.id) where q.tenant_id = $1`;
const READ_MEMBERS: Prepared = {
  name: 'loyalty_read_members',
  text: `${MEMBER} and q.id = any($2::uuid[]) union all ${MEMBER} and q.reference = any($3::text[])`,
};

/** Members by id and by reference, under the keys `id:…` and `reference:…`. */
async function readMembers(tx: ReadTx<TenantContext>, refs: readonly MemberRef[]): Promise<Map<string, KnownMember>> {
  const known = new Map<string, KnownMember>();
  if (refs.length === 0) return known;
  const ids = [...new Set(refs.flatMap((ref) => (ref.id === undefined ? [] : [ref.id])))];
  const references = [...new Set(refs.flatMap((ref) => (ref.reference === undefined ? [] : [ref.reference])))];
  const rows = await tx.query<MemberRow>(READ_MEMBERS, [tx.ctx.tenantId, ids, references]);
  for (const { asked_id, asked_reference, id, reference, status, assets } of rows) {
    const member: KnownMember = { id, reference, status, assets: new Set(assets) };
    known.set(`id:${asked_id}`, member).set(`reference:${asked_reference}`, member).set(`id:${id}`, member);
  }
  return known;
}
