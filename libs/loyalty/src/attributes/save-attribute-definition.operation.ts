import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { Duplicate, NotFound, ValidationFailed, type WriteTx } from '@tallystick/platform';
import { AttributeChanged, AttributeDefined, AttributeRemoved } from './attribute.acts.js';
import { ATTRIBUTE_COLUMNS, readDefinition, type AttributeDefinition, type AttributeRow } from './attribute-definition.js';
import { AttributeInUse } from './attribute.errors.js';

/** Names that a member has of their own. */
const PROFILE_FIELDS = ['id', 'number', 'reference', 'full_name', 'email', 'phone_number', 'date_of_birth', 'status', 'attributes'];

const MOST_DEFINITIONS = 200;

export type NewAttribute = Omit<AttributeDefinition, 'inUse'>;
export type AttributeChanges = Partial<Omit<NewAttribute, 'code'>>;

/** Defines, changes and removes attributes of members. */
@Injectable()
export class SaveAttributeDefinition {
  /** Throws `duplicate` for a taken code or file key, `validation_error` for what is no attribute. */
  async create(tx: WriteTx<TenantContext>, given: NewAttribute): Promise<AttributeDefinition> {
    checkShape(given);
    if (PROFILE_FIELDS.includes(given.code)) throw ValidationFailed.with({ errors: { code: ['Every member has this already.'] } });
    const [counted] = await tx.query<{ count: string }>('select count(*) from attribute_definition where tenant_id = $1', [
      tx.ctx.tenantId,
    ]);
    if (Number(counted?.count) >= MOST_DEFINITIONS)
      throw ValidationFailed.with({ errors: { non_field_errors: [`A tenant has at most ${MOST_DEFINITIONS} attributes.`] } });
    const [row] = await tx.query<AttributeRow>(
      `insert into attribute_definition (tenant_id, code, name, data_type, options, is_unique, is_mandatory, is_personal, file_key)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning ${ATTRIBUTE_COLUMNS}`,
      [tx.ctx.tenantId, given.code, ...columnsOf(given)],
    );
    if (!row) throw Duplicate.with({ errors: await this.taken(tx, given) });
    tx.audit(AttributeDefined, { target: { type: 'member_attribute', id: given.code }, after: shown(given) });
    return readDefinition(row);
  }

  /**
   * What members have values of keeps its type, does not become unique, is not declared personal or the contrary, and loses no option: what
   * lies there was written under the former word. Throws `attribute_in_use`, `not_found`, `duplicate`.
   */
  async update(tx: WriteTx<TenantContext>, code: string, changes: AttributeChanges): Promise<AttributeDefinition> {
    const known = await this.locked(tx, code);
    const next = {
      ...known,
      ...(Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as AttributeChanges),
    };
    const wanted = { ...next, options: next.dataType === 'selection' ? next.options : null };
    checkShape(wanted);
    if (known.inUse) refuseWhileInUse(known, wanted);
    const other = wanted.fileKey === known.fileKey ? undefined : await this.holderOf(tx, wanted.fileKey);
    if (other !== undefined) throw Duplicate.with({ errors: { file_key: ['This file key is taken.'] } });
    const [row] = await tx.query<AttributeRow>(
      `update attribute_definition set name = $3, data_type = $4, options = $5, is_unique = $6, is_mandatory = $7, is_personal = $8,
         file_key = $9, updated_at = now() where tenant_id = $1 and code = $2 returning ${ATTRIBUTE_COLUMNS}`,
      [tx.ctx.tenantId, code, ...columnsOf(wanted)],
    );
    if (known.unique && !wanted.unique) {
      await tx.query('delete from member_attribute where tenant_id = $1 and code = $2', [tx.ctx.tenantId, code]);
    }
    tx.audit(AttributeChanged, { target: { type: 'member_attribute', id: code }, before: shown(known), after: shown(wanted) });
    return readDefinition(row!);
  }

  /** Throws `attribute_in_use`, `not_found`. */
  async remove(tx: WriteTx<TenantContext>, code: string): Promise<void> {
    const known = await this.locked(tx, code);
    if (known.inUse) throw AttributeInUse.with({ errors: { code: ['It stays; make it optional to do without it.'] } });
    await tx.query('delete from attribute_definition where tenant_id = $1 and code = $2', [tx.ctx.tenantId, code]);
    tx.audit(AttributeRemoved, { target: { type: 'member_attribute', id: code }, before: shown(known) });
  }

  private async locked(tx: WriteTx<TenantContext>, code: string): Promise<AttributeDefinition> {
    const [row] = await tx.query<AttributeRow>(
      `select ${ATTRIBUTE_COLUMNS} from attribute_definition where tenant_id = $1 and code = $2 for update`,
      [tx.ctx.tenantId, code],
    );
    if (!row) throw NotFound.with();
    return readDefinition(row);
  }

  private async holderOf(tx: WriteTx<TenantContext>, fileKey: string): Promise<string | undefined> {
    const [row] = await tx.query<{ code: string }>('select code from attribute_definition where tenant_id = $1 and file_key = $2', [
      tx.ctx.tenantId,
      fileKey,
    ]);
    return row?.code;
  }

  private async taken(tx: WriteTx<TenantContext>, { code, fileKey }: NewAttribute): Promise<Record<string, string[]>> {
    const holder = await this.holderOf(tx, fileKey);
    return holder === undefined || holder === code ? { code: ['This code is taken.'] } : { file_key: ['This file key is taken.'] };
  }
}

const columnsOf = (given: Omit<NewAttribute, 'code'>): unknown[] => [
  given.name,
  given.dataType,
  given.options,
  given.unique,
  given.mandatory,
  given.personal,
  given.fileKey,
];

const shown = ({ name, dataType, options, unique, mandatory, personal, fileKey }: Omit<NewAttribute, 'code'>): Record<string, unknown> => ({
  name,
  data_type: dataType,
  options,
  unique,
  mandatory,
  personal,
  file_key: fileKey,
});

function checkShape({ dataType, options, unique }: Omit<NewAttribute, 'code'>): void {
  if (dataType === 'selection' && !options?.length) throw ValidationFailed.with({ errors: { options: ['A selection needs options.'] } });
  if (dataType !== 'selection' && options) throw ValidationFailed.with({ errors: { options: ['Only a selection has options.'] } });
  if (dataType === 'selection' && unique)
    throw ValidationFailed.with({ errors: { unique: ['What is chosen out of a list cannot be unique.'] } });
}

function refuseWhileInUse(known: AttributeDefinition, wanted: Omit<NewAttribute, 'code'>): void {
  const stays: Record<string, string[]> = {};
  if (known.dataType !== wanted.dataType) stays.data_type = ['The type stays.'];
  if (!known.unique && wanted.unique) stays.unique = ['It does not become unique.'];
  if (known.personal !== wanted.personal) stays.personal = ['Whether it is personal stays.'];
  const lost = known.options?.filter((option) => !wanted.options?.includes(option)) ?? [];
  if (lost.length > 0) stays.options = [`These stay: ${lost.join(', ')}.`];
  if (Object.keys(stays).length > 0) throw AttributeInUse.with({ errors: stays });
}
