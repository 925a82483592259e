import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Duplicate, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { MemberKeys } from '../members/member-keys.js';
import { ATTRIBUTE_COLUMNS, readDefinition, type AttributeDefinition, type AttributeRow } from './attribute-definition.js';
import { normalized, problemOf, type AttributeValue } from './attribute-value.policy.js';

/** Attributes of a member by code. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What lies open in `member.attributes`, where rules see it, and what is sealed in the profile. */
export interface SortedAttributes {
  readonly open: Attributes;
  readonly personal: Attributes;
}

/** Of whom, and what was known before: nothing of who is new. */
export interface AttributesBefore extends SortedAttributes {
  readonly memberId: string;
  readonly isNew: boolean;
}

/**
 * Checks what is said of a member against the tenant's definitions, and sorts it. What no definition names is taken as it is, as personal:
 * who has not declared a thing harmless has it sealed.
 */
@Injectable()
export class MemberAttributes {
  constructor(private readonly keys: MemberKeys) {}

  /**
   * Merges what is given over what is known, null removes, and keeps the unique values of the member. Throws `validation_error` for a value
   * of the wrong type and a mandatory one that lacks, `duplicate` for another member's unique value.
   */
  async merge(tx: WriteTx<TenantContext>, before: AttributesBefore, given: Attributes): Promise<SortedAttributes> {
    const codes = Object.keys(given);
    const definitions = await this.definitions(tx, codes);
    const problems = Object.fromEntries(definitions.flatMap((definition) => this.problems(definition, before, given)));
    if (Object.keys(problems).length > 0) throw ValidationFailed.with({ errors: problems });
    const byCode = new Map(definitions.map((definition) => [definition.code, definition]));
    const sorted = { open: { ...before.open }, personal: { ...before.personal } } as Record<'open' | 'personal', Record<string, unknown>>;
    for (const code of codes) {
      const definition = byCode.get(code);
      for (const place of [sorted.open, sorted.personal]) delete place[code];
      const value = given[code];
      if (value === null || value === undefined) continue;
      (definition && !definition.personal ? sorted.open : sorted.personal)[code] = value;
    }
    await this.keepUnique(
      tx,
      before.memberId,
      definitions.filter(({ unique, code }) => unique && code in given),
      given,
    );
    return sorted;
  }

  /** By which a unique value is found. */
  indexOf(tenantId: string, code: string, value: AttributeValue): Buffer {
    return this.keys.index(tenantId, `attribute/${code}`, normalized(value));
  }

  private problems(definition: AttributeDefinition, before: AttributesBefore, given: Attributes): [string, string[]][] {
    const { code, mandatory } = definition;
    const value = given[code];
    const field = `attributes.${code}`;
    if (value !== undefined && value !== null) {
      const problem = problemOf(definition, value);
      return problem === undefined ? [] : [[field, [problem]]];
    }
    const missing = value === null || (before.isNew && !(code in before.open) && !(code in before.personal));
    return mandatory && missing ? [[field, ['Every member has this: it cannot be left out.']]] : [];
  }

  /** All definitions, of which those that are used now stay as they are until the transaction ends. */
  private async definitions(tx: WriteTx<TenantContext>, codes: readonly string[]): Promise<AttributeDefinition[]> {
    const { tenantId } = tx.ctx;
    if (codes.length > 0) {
      await tx.query('update attribute_definition set in_use = true where tenant_id = $1 and code = any($2::text[]) and not in_use', [
        tenantId,
        codes,
      ]);
      await tx.query('select from attribute_definition where tenant_id = $1 and code = any($2::text[]) order by code for share', [
        tenantId,
        codes,
      ]);
    }
    const rows = await tx.query<AttributeRow>(`select ${ATTRIBUTE_COLUMNS} from attribute_definition where tenant_id = $1`, [tenantId]);
    return rows.map(readDefinition);
  }

  private async keepUnique(
    tx: WriteTx<TenantContext>,
    memberId: string,
    definitions: readonly AttributeDefinition[],
    given: Attributes,
  ): Promise<void> {
    if (definitions.length === 0) return;
    const { tenantId } = tx.ctx;
    await tx.query('delete from member_attribute where tenant_id = $1 and member_id = $2 and code = any($3::text[])', [
      tenantId,
      memberId,
      definitions.map(({ code }) => code),
    ]);
    const kept = definitions.map(({ code }) => code).filter((code) => given[code] !== null && given[code] !== undefined);
    const stored = await tx.query<{ code: string }>(
      `insert into member_attribute (tenant_id, code, value_index, member_id)
       select $1, v.code, v.value_index, $2 from unnest($3::text[], $4::bytea[]) as v(code, value_index) order by v.code
       on conflict do nothing returning code`,
      [tenantId, memberId, kept, kept.map((code) => this.indexOf(tenantId, code, given[code] as AttributeValue))],
    );
    const taken = kept.filter((code) => !stored.some((row) => row.code === code));
    if (taken.length > 0)
      throw Duplicate.with({ errors: Object.fromEntries(taken.map((code) => [`attributes.${code}`, ['Another member has this value.']])) });
  }
}
