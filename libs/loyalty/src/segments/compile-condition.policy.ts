import type { Program } from '../programs/program.js';
import { activity, WALLET, WITH_WALLET } from '../activity/activity.sql.js';
import type { Behavior, Comparison, Condition, Leaf } from './condition.js';

/** The members of a condition, as a query that answers their ids; `$1` is the tenant. Nothing that a caller said is in the text. */
export interface CompiledCondition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a condition is about besides members. */
export interface Surroundings {
  readonly tenantId: string;
  readonly zone: string;
  /** The program of that id, or the default one. */
  program(id: string | undefined): Pick<Program, 'id' | 'assetId' | 'scale' | 'terms'>;
}

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** Compiles a condition; each table is read once, whatever the number of questions about it. */
export function compileCondition(condition: Condition, surroundings: Surroundings): CompiledCondition {
  const compiler = new Compiler(surroundings);
  const test = compiler.compile(condition);
  return compiler.query(test);
}

class Compiler {
  private readonly parameters: unknown[];
  private readonly parts = new Map<string, string>();
  private readonly joins = new Map<string, string>();
  /** Sums over what members did in a program, by their SQL, with the name of their column. */
  private readonly sums = new Map<string, Map<string, string>>();

  constructor(private readonly around: Surroundings) {
    this.parameters = [around.tenantId, around.zone];
  }

  compile(condition: Condition): string {
    if ('all' in condition) return `(${condition.all.map((part) => this.compile(part)).join(' and ')})`;
    if ('any' in condition) return `(${condition.any.map((part) => this.compile(part)).join(' or ')})`;
    if ('not' in condition) return `not ${this.compile(condition.not)}`;
    return this.leaf(condition);
  }

  query(test: string): CompiledCondition {
    for (const [name, sums] of this.sums) {
      const columns = [...sums].map(([sql, column]) => `${sql} as ${column}`).join(', ');
      this.parts.set(name, this.parts.get(name)!.replace('%sums', columns));
    }
    const parts = [...this.parts].map(([name, sql]) => `${name} as materialized (${sql})`);
    const joins = [...this.joins].map(([name, condition]) => `left join ${name} on ${condition}`).join(' ');
    // Who was merged into another or is forgotten belongs to nothing.
    const sql = `with day as (select (tenant_now() at time zone $2)::date as today)${parts.map((part) => `, ${part}`).join('')}
      select m.id from member m cross join day ${joins} where m.tenant_id = $1 and m.status not in ('merged', 'erased') and ${test}`;
    return { sql, parameters: this.parameters };
  }

  private leaf(leaf: Leaf): string {
    switch (leaf.field) {
      case 'status':
        return Array.isArray(leaf.value)
          ? this.among('m.status', leaf.op, leaf.value)
          : this.compare('m.status', leaf.op as Comparison, leaf.value, 'text');
      case 'attribute':
        return this.attribute(leaf);
      case 'enrolled_on':
        return this.compare('(m.created_at at time zone $2)::date', leaf.op, leaf.value, 'date');
      case 'tier':
        return this.tier(leaf);
      case 'balance':
        return this.compare(this.balance(leaf.program_id), leaf.op, leaf.value, 'numeric');
      case 'days_since_last_purchase': {
        const last = this.lastPurchase(leaf.program_id);
        return leaf.op === 'is_set' ? isSet(last, leaf.value) : this.compare(`(day.today - ${last})`, leaf.op, leaf.value, 'integer');
      }
      default:
        return this.compare(this.behavior(leaf.field, leaf.days, leaf.program_id), leaf.op, leaf.value, 'numeric');
    }
  }

  private attribute(leaf: Leaf & { field: 'attribute' }): string {
    const name = this.parameter(leaf.code, 'text');
    if (leaf.op === 'is_set') return isSet(`nullif(m.attributes -> ${name}, 'null')`, leaf.value);
    if (leaf.op === 'in' || leaf.op === 'not_in') {
      const list = this.parameter(JSON.stringify(leaf.value), 'jsonb');
      const held = `coalesce(${list} @> jsonb_build_array(m.attributes -> ${name}), false)`;
      return leaf.op === 'in' ? held : `not ${held}`;
    }
    if (typeof leaf.value === 'number') {
      const value = `case when jsonb_typeof(m.attributes -> ${name}) = 'number' then (m.attributes ->> ${name})::numeric end`;
      return this.compare(`(${value})`, leaf.op, leaf.value, 'numeric');
    }
    const value = `case when jsonb_typeof(m.attributes -> ${name}) = 'string' then m.attributes ->> ${name} end`;
    return this.compare(`(${value}) collate "C"`, leaf.op, leaf.value, 'text');
  }

  private tier(leaf: Leaf & { field: 'tier' }): string {
    const program = this.parameter(this.around.program(leaf.program_id).id, 'uuid');
    const code = `(select t.code from member_tier mt join tier t on t.tenant_id = $1 and t.id = mt.tier_id
      where mt.tenant_id = $1 and mt.program_id = ${program} and mt.member_id = m.id)`;
    if (leaf.op === 'is_set') return isSet(code, leaf.value);
    if (leaf.op === 'in' || leaf.op === 'not_in') return this.among(code, leaf.op, leaf.value);
    return this.compare(code, leaf.op, leaf.value, 'text');
  }

  /** Points on the wallet: pending and held ones included. */
  private balance(programId: string | undefined): string {
    const { alias, scale } = this.wallet(programId);
    return `(coalesce(${alias}.posted, 0) / power(10::numeric, ${this.parameter(scale, 'integer')}))`;
  }

  private behavior(field: Behavior, days: number, programId: string | undefined): string {
    const { alias, asset, currency, scale } = this.wallet(programId);
    const since = `((day.today - ${this.parameter(days, 'integer')} + 1)::timestamp at time zone $2)`;
    const inTime = `f.effective_at >= ${since} and f.effective_at <= tenant_now()`;
    if (field === 'points_redeemed') {
      const name = this.part(`redeemed_${alias}`, alias, REDEEMED(asset));
      return this.points(`coalesce(${name}.${this.sum(name, `sum(f.points) filter (where ${inTime})`)}, 0)`, scale);
    }
    const name = this.part(`did_${alias}`, alias, DID(asset));
    const counted = { spend: 'f.spend', purchases: 'f.purchases', points_earned: 'f.points' }[field];
    const also = field === 'spend' ? ` and f.currency = ${this.parameter(currency, 'text')}` : '';
    const value = `coalesce(${name}.${this.sum(name, `sum(${counted}) filter (where ${inTime}${also})`)}, 0)`;
    return field === 'points_earned' ? this.points(value, scale) : value;
  }

  private points(units: string, scale: number): string {
    return `(${units} / power(10::numeric, ${this.parameter(scale, 'integer')}))`;
  }

  /** The local day of the last purchase that is not wholly refunded. */
  private lastPurchase(programId: string | undefined): string {
    const { alias, asset } = this.wallet(programId);
    const name = `last_${alias}`;
    this.parts.set(
      name,
      `select l.account_id, (max(l.effective_at) at time zone $2)::date as day from (
         select f.account_id, f.effective_at from (${activity(accountsOf(asset))}) f where f.effective_at <= tenant_now()
         group by f.account_id, f.effective_at having sum(f.purchases) > 0) l group by l.account_id`,
    );
    this.joins.set(name, `${name}.account_id = ${alias}.id`);
    return `${name}.day`;
  }

  private wallet(programId: string | undefined): { alias: string; asset: string; currency: string; scale: number } {
    const { assetId, scale, terms } = this.around.program(programId);
    const alias = `w_${assetId.replaceAll('-', '')}`;
    const index = this.parameters.indexOf(assetId);
    const asset = index < 0 ? this.parameter(assetId, 'uuid') : `$${index + 1}::uuid`;
    this.joins.set(
      `ledger_account ${alias}`,
      `${alias}.tenant_id = $1 and ${alias}.owner_id = m.id and ${alias}.asset_id = ${asset} and ${alias}.purpose = 'wallet'`,
    );
    return { alias, asset, currency: terms.currency, scale };
  }

  private part(name: string, alias: string, sql: string): string {
    if (!this.parts.has(name)) {
      this.parts.set(name, sql);
      this.joins.set(name, `${name}.account_id = ${alias}.id`);
      this.sums.set(name, new Map());
    }
    return name;
  }

  private sum(part: string, sql: string): string {
    const sums = this.sums.get(part)!;
    if (!sums.has(sql)) sums.set(sql, `v${sums.size}`);
    return sums.get(sql)!;
  }

  private among(value: string, op: string, list: readonly unknown[]): string {
    const held = `coalesce(${value} = any(${this.parameter(list, 'text[]')}), false)`;
    return op === 'in' ? held : `not ${held}`;
  }

  private compare(value: string, op: Comparison, than: unknown, type: string): string {
    const parameter = this.parameter(than, type);
    if (op === 'ne') return `not coalesce(${value} = ${parameter}, false)`;
    return `coalesce(${value} ${OPERATORS[op]} ${parameter}, false)`;
  }

  private parameter(value: unknown, type: string): string {
    this.parameters.push(value);
    return `$${this.parameters.length}::${type}`;
  }
}

const isSet = (value: string, wanted: boolean): string => `(${value} is ${wanted ? 'not ' : ''}null)`;

const accountsOf = (asset: string): string =>
  `t.account_id in (select a.id from ledger_account a where a.tenant_id = $1 and a.asset_id = ${asset} and a.owner_type = 'member')`;

const DID = (asset: string): string =>
  `select f.account_id, %sums from (${activity(accountsOf(asset))}) f cross join day group by f.account_id`;

const REDEEMED = (asset: string): string => `select f.account_id, %sums from (
    select ${WALLET} as account_id, t.effective_at, -t.amount::numeric as points from ledger_transaction t ${WITH_WALLET}
    where t.tenant_id = $1 and t.kind in ('redeem', 'capture') and ${accountsOf(asset)}
    union all
    select ${WALLET}, t.effective_at, -r.due::numeric from ledger_transaction t ${WITH_WALLET}
    join ledger_transaction r on r.tenant_id = $1 and r.ref_id = t.id and r.kind = 'reversal'
    where t.tenant_id = $1 and t.kind in ('redeem', 'capture') and ${accountsOf(asset)}) f cross join day group by f.account_id`;
