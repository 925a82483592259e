import { Injectable } from '@nestjs/common';
import { isCurrency, newId, parseDecimal, type DomainError, type TenantContext } from '@tallystick/kernel';
import { DefineAsset } from '@tallystick/ledger';
import { changesOf, Duplicate, InvalidState, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { RATE_SCALE } from '../rules/earning.policy.js';
import { ProgramCreated, ProgramDeleted, ProgramEnded, ProgramUpdated } from '../loyalty.acts.js';
import { ProgramInUse } from '../loyalty.errors.js';
import { readProgram, type Program, type ProgramRow, type ProgramStatus, type ProgramTerms } from './program.js';

/** A program as an admin describes it. `scale` and the currency are fixed once points exist. */
export interface ProgramInput {
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly termsUrl: string | null;
  readonly status: ProgramStatus;
  readonly isDefault: boolean;
  readonly scale: number;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly terms: ProgramTerms;
}

type Tx = WriteTx<TenantContext>;

/**
 * Creates a program, or changes one: a change of terms makes a new version, and postings keep the one they were made under.
 * The first program of a tenant is its default; making another the default takes the mark from the first.
 */
@Injectable()
export class SaveProgram {
  constructor(private readonly defineAsset: DefineAsset) {}

  /** Throws `duplicate` for a taken code, `validation_error` for terms that contradict each other. */
  async create(tx: Tx, input: ProgramInput): Promise<Program> {
    check(input);
    await this.lockPrograms(tx);
    await this.refuseTakenCode(tx, input.code, null);
    const isDefault =
      input.isDefault || (await tx.query('select from program where tenant_id = $1 and is_default', [tx.ctx.tenantId])).length === 0;
    if (isDefault) await this.unmarkDefault(tx);
    const [id, assetId] = [newId(), newId()];
    await this.defineAsset.execute(tx, { id: assetId, code: `points:${id}`, kind: 'points', scale: input.scale });
    const [row] = await tx.query<ProgramRow>(
      `insert into program (tenant_id, id, code, name, description, terms_url, status, is_default, asset_id, scale, version, terms, starts_at, ends_at, created_at, updated_at, number)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $13, tenant_now(), tenant_now(), coalesce(max(number), 0) + 1
       from program where tenant_id = $1 returning *`,
      [
        tx.ctx.tenantId,
        id,
        input.code,
        input.name,
        input.description,
        input.termsUrl,
        input.status,
        isDefault,
        assetId,
        input.scale,
        JSON.stringify(input.terms),
        input.startsAt,
        input.endsAt,
      ],
    );
    await this.keepVersion(tx, id, 1, input.terms);
    const program = readProgram(row as ProgramRow);
    tx.audit(ProgramCreated, { target: targetOf(id), after: told(program) });
    return program;
  }

  /** `change` answers the program as it is to be. Throws `not_found`, `program_in_use` for another unit, `invalid_state` for an ended program. */
  async update(tx: Tx, id: string, change: (known: Program) => ProgramInput): Promise<Program> {
    await this.lockPrograms(tx);
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and id = $2 for update', [tx.ctx.tenantId, id]);
    if (!row) throw NotFound.with();
    const known = readProgram(row);
    const input = change(known);
    check(input);
    if (known.status === 'ended' && input.status !== 'ended')
      throw InvalidState.with({ errors: { status: ['An ended program stays ended.'] } });
    if (input.scale !== known.scale) throw ProgramInUse.with({ errors: { scale: ['The number of decimals is fixed.'] } });
    if (input.terms.currency !== known.terms.currency && (await this.hasPostings(tx, known.assetId))) {
      throw ProgramInUse.with({ errors: { currency: ['The currency is fixed once members have wallets.'] } });
    }
    if (known.isDefault && !input.isDefault)
      throw InvalidState.with({ errors: { is_default: ['Make another program the default instead.'] } });
    await this.refuseTakenCode(tx, input.code, id);
    if (input.isDefault && !known.isDefault) await this.unmarkDefault(tx);
    const version = sameTerms(known.terms, input.terms) ? known.version : known.version + 1;
    const [saved] = await tx.query<ProgramRow>(
      `update program set code = $3, name = $4, description = $5, terms_url = $6, status = $7, is_default = $8, version = $9, terms = $10,
         starts_at = $11, ends_at = $12, updated_at = tenant_now() where tenant_id = $1 and id = $2 returning *`,
      [
        tx.ctx.tenantId,
        id,
        input.code,
        input.name,
        input.description,
        input.termsUrl,
        input.status,
        input.isDefault,
        version,
        JSON.stringify(input.terms),
        input.startsAt,
        input.endsAt,
      ],
    );
    if (version > known.version) await this.keepVersion(tx, id, version, input.terms);
    const program = readProgram(saved as ProgramRow);
    tx.audit(ProgramUpdated, { target: targetOf(id), ...changesOf(told(known), told(program)) });
    return program;
  }

  /** Removes a program without postings; one with postings is archived: its status becomes `ended`. Answers whether it was removed. */
  async remove(tx: Tx, id: string): Promise<boolean> {
    await this.lockPrograms(tx);
    const [row] = await tx.query<ProgramRow>('select * from program where tenant_id = $1 and id = $2 for update', [tx.ctx.tenantId, id]);
    if (!row) throw NotFound.with();
    if (row.is_default) throw InvalidState.with({ errors: { is_default: ['Make another program the default first.'] } });
    if (await this.hasPostings(tx, row.asset_id)) {
      await tx.query(`update program set status = 'ended', updated_at = tenant_now() where tenant_id = $1 and id = $2`, [
        tx.ctx.tenantId,
        id,
      ]);
      tx.audit(ProgramEnded, { target: targetOf(id), before: { status: row.status }, after: { status: 'ended' } });
      return false;
    }
    await tx.query('delete from program where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    tx.audit(ProgramDeleted, { target: targetOf(id), before: told(readProgram(row)) });
    return true;
  }

  /** Two admins who change programs at once take turns: codes and the default mark are looked at before they are set. */
  private async lockPrograms(tx: Tx): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('programs ' || $1::text, 0))`, [tx.ctx.tenantId]);
  }

  private async refuseTakenCode(tx: Tx, code: string, own: string | null): Promise<void> {
    const taken = await tx.query('select from program where tenant_id = $1 and code = $2 and id is distinct from $3', [
      tx.ctx.tenantId,
      code,
      own,
    ]);
    if (taken.length > 0) throw Duplicate.with({ errors: { code: ['This code is taken.'] } });
  }

  private async unmarkDefault(tx: Tx): Promise<void> {
    await tx.query('update program set is_default = false where tenant_id = $1 and is_default', [tx.ctx.tenantId]);
  }

  private async hasPostings(tx: Tx, assetId: string): Promise<boolean> {
    const accounts = await tx.query(
      'select from ledger_account where tenant_id = $1 and asset_id = $2 and (seq > 0 or owner_type <> $3) limit 1',
      [tx.ctx.tenantId, assetId, 'house'],
    );
    return accounts.length > 0;
  }

  private async keepVersion(tx: Tx, id: string, version: number, terms: ProgramTerms): Promise<void> {
    await tx.query(
      'insert into program_version (tenant_id, program_id, version, terms, created_by, created_at) values ($1, $2, $3, $4, $5, tenant_now())',
      [tx.ctx.tenantId, id, version, JSON.stringify(terms), `${tx.ctx.actor.type}:${tx.ctx.actor.id}`],
    );
  }
}

const targetOf = (id: string) => ({ type: 'program', id });

/** A program as the audit trail tells of it. */
const told = ({ code, name, description, termsUrl, status, isDefault, scale, version, terms, startsAt, endsAt }: Program): object => ({
  code,
  name,
  description,
  terms_url: termsUrl,
  status,
  is_default: isDefault,
  scale,
  version,
  ...terms,
  starts_at: startsAt,
  ends_at: endsAt,
});

const sameTerms = (a: ProgramTerms, b: ProgramTerms): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;

/** What single fields cannot say: decimals against the scale, an order of limits and dates. */
function check({ terms, scale, startsAt, endsAt }: ProgramInput): void {
  const errors: Record<string, string[]> = {};
  const decimal = (field: string, value: string | null, decimals: number): bigint | null => {
    if (value === null) return null;
    const units = parseDecimal(value, decimals);
    if (typeof units === 'bigint' && units >= 0n) return units;
    errors[field] = [`Must be a decimal of 0 or more with at most ${decimals} decimals.`];
    return null;
  };
  if (!isCurrency(terms.currency)) errors.currency = ['Must be an ISO 4217 currency code in capitals.'];
  decimal('points_per_unit', terms.points_per_unit, RATE_SCALE);
  decimal('point_value', terms.point_value, RATE_SCALE);
  const [min, max] = [decimal('min_redeem', terms.min_redeem, scale), decimal('max_redeem', terms.max_redeem, scale)];
  if (min !== null && max !== null && min > max) errors.max_redeem = ['Must not be below min_redeem.'];
  if (startsAt && endsAt && endsAt <= startsAt) errors.ends_at = ['Must be after starts_at.'];
  const { expiry_policy: expiry } = terms;
  if ((expiry.type === 'rolling' || expiry.type === 'sliding') && !expiry.days && !expiry.months)
    errors.expiry_policy = [`A ${expiry.type} expiry needs days or months.`];
  terms.redeem_limits.forEach(({ per, points, count }, index) => {
    const field = `redeem_limits.${index}`;
    decimal(`${field}.points`, points, scale);
    if (points === null && count === null) errors[field] = ['A limit needs points or count.'];
    if (terms.redeem_limits.findIndex((limit) => limit.per === per) < index) errors[field] = [`There is another limit per ${per}.`];
  });
  for (const [name, cap] of Object.entries(terms.earn_caps)) decimal(`earn_caps.${name}`, cap as string | null, scale);
  decimal('approval_threshold', terms.approval_threshold, scale);
  decimal('otp_threshold', terms.otp_threshold, scale);
  if (Object.keys(errors).length > 0) throw refused(errors);
}

const refused = (errors: Record<string, string[]>): DomainError => ValidationFailed.with({ errors });
