import type { TenantContext } from '@tallystick/kernel';
import { ValidationFailed, type WriteTx } from '@tallystick/platform';
import { descriptorGrams, normalizeCode, normalizeDescriptor } from './descriptor.policy.js';
import { IdentifierTaken } from './merchants.errors.js';
import type { Identifiers } from './merchant.js';

type Tx = WriteTx<TenantContext>;

const KINDS = [
  { kind: 'merchant_id', field: 'merchant_ids', of: (all: Identifiers) => all.merchantIds, normalize: normalizeCode },
  { kind: 'terminal_id', field: 'terminal_ids', of: (all: Identifiers) => all.terminalIds, normalize: normalizeCode },
  { kind: 'descriptor', field: 'descriptors', of: (all: Identifiers) => all.descriptors, normalize: normalizeDescriptor },
] as const;

interface Value {
  readonly kind: string;
  readonly value: string;
  readonly given: string;
}

/**
 * Gives a merchant these identifiers and no others. Throws `identifier_taken` for those that are another merchant's, `validation_error` for
 * one that has neither a letter nor a digit. What is written twice, but for what normalizing takes away, is kept once.
 */
export async function keepIdentifiers(tx: Tx, merchantId: string, identifiers: Identifiers): Promise<void> {
  const wanted = valuesOf(identifiers);
  const { tenantId } = tx.ctx;
  const columns = [wanted.map(({ kind }) => kind), wanted.map(({ value }) => value), wanted.map(({ given }) => given)];
  const removed = await tx.query<{ kind: string; value: string }>(
    `delete from merchant_identifier i where i.tenant_id = $1 and i.merchant_id = $2
       and not exists (select from unnest($3::text[], $4::text[]) as w(kind, value) where w.kind = i.kind and w.value = i.value)
     returning i.kind, i.value`,
    [tenantId, merchantId, columns[0], columns[1]],
  );
  const added = await tx.query<{ kind: string; value: string }>(
    `insert into merchant_identifier as i (tenant_id, kind, value, merchant_id, given)
     select $1, w.kind, w.value, $2, w.given from unnest($3::text[], $4::text[], $5::text[]) as w(kind, value, given) order by w.kind, w.value
     on conflict (tenant_id, kind, value) do update set given = excluded.given where i.merchant_id = excluded.merchant_id
     returning kind, value`,
    [tenantId, merchantId, ...columns],
  );
  refuseTaken(wanted, added);
  await keepDescriptorGrams(tx, merchantId, wanted, removed);
}

/** Characters of a normalized identifier at most. */
const LONGEST = 128;

function valuesOf(identifiers: Identifiers): Value[] {
  const values = new Map<string, Value>();
  const errors: Record<string, string[]> = {};
  for (const { kind, field, of, normalize } of KINDS)
    for (const given of of(identifiers)) {
      const value = normalize(given);
      if (value === '') errors[field] = ['Each must have a letter or a digit.'];
      else if ([...value].length > LONGEST) errors[field] = [`Each may have at most ${LONGEST} characters.`];
      else if (!values.has(`${kind} ${value}`)) values.set(`${kind} ${value}`, { kind, value, given });
    }
  if (Object.keys(errors).length > 0) throw ValidationFailed.with({ errors });
  return [...values.values()];
}

function refuseTaken(wanted: readonly Value[], kept: readonly Pick<Value, 'kind' | 'value'>[]): void {
  const names = new Set(kept.map(({ kind, value }) => `${kind} ${value}`));
  const taken = wanted.filter(({ kind, value }) => !names.has(`${kind} ${value}`));
  if (taken.length === 0) return;
  const errors: Record<string, string[]> = {};
  for (const { kind, field } of KINDS) {
    const those = taken.filter((one) => one.kind === kind).map(({ given }) => `${given} is another merchant's.`);
    if (those.length > 0) errors[field] = those;
  }
  throw IdentifierTaken.with({ errors });
}

/** Grams are written with the descriptors that they are of: one that is there has them. */
async function keepDescriptorGrams(
  tx: Tx,
  merchantId: string,
  wanted: readonly Value[],
  removed: readonly Pick<Value, 'kind' | 'value'>[],
): Promise<void> {
  const gone = removed.filter(({ kind }) => kind === 'descriptor').map(({ value }) => value);
  if (gone.length > 0)
    await tx.query(
      `delete from merchant_gram where tenant_id = $1 and merchant_id = $2 and source = 'descriptor' and value = any($3::text[])`,
      [tx.ctx.tenantId, merchantId, gone],
    );
  const grams = wanted
    .filter(({ kind }) => kind === 'descriptor')
    .flatMap(({ value }) => descriptorGrams(value).map((gram) => ({ gram, value })));
  if (grams.length > 0)
    await tx.query(
      `insert into merchant_gram (tenant_id, source, gram, merchant_id, value)
       select $1, 'descriptor', g.gram, $2, g.value from unnest($3::text[], $4::text[]) as g(gram, value) on conflict do nothing`,
      [tx.ctx.tenantId, merchantId, grams.map(({ gram }) => gram), grams.map(({ value }) => value)],
    );
}
