import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { ReadTx, WriteTx } from '@tallystick/platform';
import { attributeFromText, type AttributeValue } from '../attributes/attribute-value.policy.js';
import { FindAttributeDefinitions } from '../attributes/find-attribute-definitions.query.js';
import { CreateMember } from '../members/create-member.operation.js';
import { SETTABLE_STATUSES, type MemberStatus } from '../members/member-status.policy.js';
import type { Profile } from '../members/profile-sealer.js';
import { UpdateMember } from '../members/update-member.operation.js';
import type { FileField } from './file-header.policy.js';
import { postEach } from './post-each.js';
import { rowOf, type FieldCells, type Reading, type RowKind, type RowVerdict } from './row-kind.js';
import { BadCell, readDay, readDecimal, readText } from './values.policy.js';

/** The columns of a file of profiles, besides those of the tenant's own attributes. */
export const CPD_FIELDS: readonly FileField[] = [
  { name: 'member_reference', required: true },
  { name: 'full_name' },
  { name: 'email' },
  { name: 'phone_number' },
  { name: 'date_of_birth' },
  { name: 'status' },
];

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/;
const PHONE = /^\+[1-9]\d{6,14}$/;
const LONGEST = 200;

interface ProfileRow {
  readonly reference: string;
  readonly status?: MemberStatus;
  readonly profile: Profile;
}

/** Profiles: who is new is enrolled, who is known is changed. An empty cell leaves what there is. */
@Injectable()
export class CpdRows implements RowKind<ProfileRow> {
  readonly type = 'CPD';
  readonly chunk = 200;

  constructor(
    private readonly createMember: CreateMember,
    private readonly updateMember: UpdateMember,
    private readonly definitions: FindAttributeDefinitions,
  ) {}

  async fields(tx: ReadTx<TenantContext>): Promise<readonly FileField[]> {
    const definitions = await this.definitions.list(tx);
    return [
      ...definitions.map(({ code, fileKey, ...attribute }) => ({ name: `attributes.${code}`, header: fileKey, attribute })),
      ...CPD_FIELDS,
    ];
  }

  keyOf(cells: FieldCells): string {
    return cells('member_reference');
  }

  read(cells: FieldCells, { format, fields }: Reading): ProfileRow {
    const given = (name: string): string | undefined => (cells(name) === '' ? undefined : cells(name));
    const shaped = (name: string, pattern: RegExp, hint: string): string | undefined => {
      if (given(name) !== undefined && !pattern.test(cells(name))) throw new BadCell(name, hint);
      return given(name);
    };
    const attributes: Record<string, AttributeValue> = {};
    for (const { name, attribute } of fields) {
      if (!attribute || given(name) === undefined) continue;
      const { dataType } = attribute;
      const text =
        dataType === 'date'
          ? readDay(cells(name), name, format)
          : dataType === 'number'
            ? readDecimal(cells(name), name, format)
            : cells(name);
      attributes[name.slice('attributes.'.length)] = attributeFromText(attribute, text);
    }
    const status = given('status')?.toLowerCase() as (typeof SETTABLE_STATUSES)[number] | undefined;
    if (status !== undefined && !SETTABLE_STATUSES.includes(status))
      throw new BadCell('status', `Must be one of ${SETTABLE_STATUSES.join(', ')}.`);
    return {
      reference: readText(cells('member_reference'), 'member_reference', LONGEST),
      ...(status !== undefined && { status }),
      profile: {
        full_name: given('full_name') && readText(cells('full_name'), 'full_name', LONGEST),
        email: shaped('email', EMAIL, 'Must be an e-mail address.'),
        phone_number: shaped('phone_number', PHONE, 'Must be a telephone number in E.164, as +919800000001.'),
        date_of_birth: given('date_of_birth') && readDay(cells('date_of_birth'), 'date_of_birth', format),
        attributes,
      },
    };
  }

  post(tx: WriteTx<TenantContext>, rows: readonly ProfileRow[]): Promise<RowVerdict[]> {
    return postEach(
      tx,
      rows,
      ({ reference }) => reference,
      async ({ reference, status, profile }) => {
        const [known] = await tx.query<{ id: string }>('select id from member where tenant_id = $1 and reference = $2', [
          tx.ctx.tenantId,
          reference,
        ]);
        const { id } = known
          ? await this.updateMember.execute(tx, known.id, { status, profile })
          : await this.createMember.execute(tx, { reference, status, profile, fromFeed: true });
        return rowOf('accepted', reference, id);
      },
    );
  }
}
