import type { TenantContext } from '@tallystick/kernel';
import { Keyring } from '@tallystick/platform';
import { startAdminApi, type AdminApi, type AdminCall } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';
import { openProgram } from '../../../../test/support/loyalty.js';

interface Member {
  id: string;
  number: number;
  reference: string;
  status: string;
  attributes: Record<string, unknown>;
}

let api: AdminApi;
let ctx: TenantContext;
let admin: AdminCall;
let auditor: AdminCall;
beforeAll(async () => {
  api = await startAdminApi();
  ctx = await openTenant(api.uow, { currency: 'USD' });
  await openProgram(api.uow, ctx, {}, 2);
  admin = (await api.person(ctx, 'tenant_admin')).call;
  auditor = (await api.person(ctx, 'auditor')).call;
  const define = async (body: object): Promise<void> =>
    expect(await admin('POST', '/member-attributes', body)).toMatchObject({ status: 201 });
  await define({ code: 'segment', data_type: 'selection', options: ['gold', 'silver'], personal: false, file_key: 'Segment' });
  await define({ code: 'visits', data_type: 'number', personal: false });
  await define({ code: 'pan', data_type: 'string', unique: true });
  await define({ code: 'joined', data_type: 'date', mandatory: true, personal: false });
});
afterAll(() => api.close());

const PERSON = {
  full_name: 'Asha Rao-Quixote',
  email: 'asha.quixote@example.com',
  phone_number: '+919812345678',
  date_of_birth: '1990-04-23',
};
const enroll = (reference: string, attributes: object = {}, rest: object = {}) =>
  admin<Member>('POST', '/members', { reference, attributes: { joined: '2026-01-01', ...attributes }, ...rest });

test('attributes are what their definitions say: typed, mandatory, unique; rules see the open ones alone', async () => {
  const made = await enroll('A-1', { segment: 'gold', visits: 3, pan: 'ABCPD1234F', shoe: 42 }, PERSON);
  expect([made.status, made.body.data.attributes]).toEqual([
    201,
    { joined: '2026-01-01', segment: 'gold', visits: 3, pan: 'ABCPD1234F', shoe: 42 },
  ]);
  const { id } = made.body.data;
  expect(await api.ask('select attributes from member where id = $1', [id])).toEqual([
    { attributes: { joined: '2026-01-01', segment: 'gold', visits: 3 } },
  ]);
  expect((await admin('POST', '/members', { reference: 'A-2' })).body.errors).toEqual({ 'attributes.joined': [expect.any(String)] });
  const wrong = await enroll('A-2', { segment: 'lead', visits: '3', joined: 'today' });
  expect(Object.keys(wrong.body.errors).sort()).toEqual(['attributes.joined', 'attributes.segment', 'attributes.visits']);
  expect((await enroll('A-2', { pan: ' abcpd1234f ' })).body).toMatchObject({
    code: 'duplicate',
    errors: { 'attributes.pan': [expect.any(String)] },
  });
  const other = (await enroll('A-2', { pan: 'ZZZPD1234F' })).body.data;
  expect((await admin('PATCH', `/members/${other.id}`, { attributes: { pan: 'ABCPD1234F' } })).body.code).toBe('duplicate');
  expect((await admin('PATCH', `/members/${other.id}`, { attributes: { joined: null } })).status).toBe(400);
  // A value that is given up is free for others, and one kept by its owner is no duplicate of itself.
  expect((await admin('PATCH', `/members/${id}`, { attributes: { pan: 'ABCPD1234F', visits: null } })).status).toBe(200);
  await admin('PATCH', `/members/${id}`, { attributes: { pan: null } });
  expect((await admin<Member>('PATCH', `/members/${other.id}`, { attributes: { pan: 'ABCPD1234F' } })).body.data.attributes).toEqual({
    joined: '2026-01-01',
    pan: 'ABCPD1234F',
  });
  const found = await admin<Member[]>('POST', '/members/search', { attribute: { code: 'pan', value: 'abcpd1234f' } });
  expect(found.body.data.map((member) => member.reference)).toEqual(['A-2']);
  expect((await admin('POST', '/members/search', { attribute: { code: 'segment', value: 'gold' } })).status).toBe(400);
  expect((await admin('POST', '/members/search', {})).status).toBe(400);
});

test('definitions change freely until members have values, and then one way', async () => {
  await enroll('D-1', { segment: 'silver', pan: 'DDDPD1234F' });
  const patch = (code: string, body: object) => admin('PATCH', `/member-attributes/${code}`, body);
  for (const [code, body, field] of [
    ['segment', { personal: true }, 'personal'],
    ['segment', { options: ['silver'] }, 'options'],
    ['segment', { data_type: 'string' }, 'data_type'],
    ['joined', { unique: true }, 'unique'],
  ] as const) {
    const refused = await patch(code, body);
    expect([refused.body.code, Object.keys(refused.body.errors)]).toEqual(['attribute_in_use', expect.arrayContaining([field])]);
  }
  expect((await patch('segment', { options: ['gold', 'silver', 'bronze'], name: 'Tier of old' })).status).toBe(200);
  expect((await patch('visits', { file_key: 'Segment' })).body.code).toBe('duplicate');
  expect((await patch('visits', { file_key: 'segment' })).status).toBe(200);
  expect((await admin('DELETE', '/member-attributes/segment')).body.code).toBe('attribute_in_use');
  expect((await admin('POST', '/member-attributes', { code: 'segment', data_type: 'string' })).body.code).toBe('duplicate');
  expect((await admin('POST', '/member-attributes', { code: 'email', data_type: 'string' })).status).toBe(400);
  expect((await admin('POST', '/member-attributes', { code: 'spare', data_type: 'string' })).status).toBe(201);
  expect((await admin('GET', '/member-attributes/spare')).body.data).toMatchObject({ code: 'spare', data_type: 'string' });
  expect((await admin('DELETE', '/member-attributes/spare')).status).toBe(200);
  expect((await admin('GET', '/member-attributes/spare')).status).toBe(404);
  expect((await auditor('POST', '/member-attributes', { code: 'x', data_type: 'string' })).status).toBe(403);
  expect((await auditor<object[]>('GET', '/member-attributes')).body.data).toHaveLength(4);
});

test('a card leads to its member, once each, and is shown by its last digits (A.3.5)', async () => {
  const [one, two] = [(await enroll('R-1')).body.data, (await enroll('R-2')).body.data];
  const add = (id: string, kind: string, value: string) =>
    admin<{ id: string; value: string }>('POST', `/members/${id}/relations`, { kind, value });
  const card = await add(one.id, 'card', '4111 1111 1111 1234');
  expect([card.status, card.body.data.value]).toEqual([201, '************1234']);
  expect((await add(one.id, 'card', '4111111111111234')).body.code).toBe('duplicate');
  await add(two.id, 'card', '4111-1111-1111-1234');
  await add(one.id, 'account', 'ACC 77');
  const shown = await admin<{ kind: string; value: string }[]>('GET', `/members/${one.id}/relations`);
  expect(shown.body.data.map(({ kind, value }) => [kind, value.slice(-4)])).toEqual([
    ['card', '1234'],
    ['account', 'C 77'],
  ]);
  const masked = await auditor<{ value: string }[]>('GET', `/members/${one.id}/relations`);
  expect(masked.body.data[1]!.value).toBe('**C 77');
  const found = async (relation: object) =>
    (await admin<Member[]>('POST', '/members/search', { relation })).body.data.map(({ reference }) => reference);
  expect(await found({ value: '4111111111111234' })).toEqual(['R-1', 'R-2']);
  expect(await found({ kind: 'account', value: 'acc77' })).toEqual(['R-1']);
  expect(await found({ kind: 'card', value: 'acc77' })).toEqual([]);
  expect((await admin('DELETE', `/members/${two.id}/relations/${card.body.data.id}`)).status).toBe(404);
  expect((await admin('DELETE', `/members/${one.id}/relations/${card.body.data.id}`)).status).toBe(200);
  expect(await found({ value: '4111111111111234' })).toEqual(['R-2']);
});

test('an auditor sees that there is a person, not who (PII-05); the list filters by status', async () => {
  const { id } = (await enroll('M-1', { pan: 'MMMPD1234F', segment: 'gold' }, { ...PERSON, status: 'inactive' })).body.data;
  expect((await admin('GET', `/members/${id}`)).body.data).toMatchObject(PERSON);
  const masked = await auditor<Member>('GET', `/members/${id}`);
  expect(masked.body.data).toMatchObject({
    full_name: 'A*** R***',
    email: 'a***@example.com',
    date_of_birth: null,
    attributes: { pan: '***', segment: 'gold' },
  });
  const list = await auditor<Member[]>('GET', '/members?status=inactive');
  expect(list.body.data.map(({ reference }) => reference)).toEqual(['M-1']);
  for (const answer of [masked, list])
    for (const value of ['Quixote', 'asha.quixote', '98123456', 'MMMPD']) expect(JSON.stringify(answer.body)).not.toContain(value);
  expect((await auditor('PATCH', `/members/${id}`, { status: 'active' })).status).toBe(403);
});

test('what changes is told by its names, and recorded; a cancelled member begins anew', async () => {
  const { id } = (await enroll('S-1', {}, PERSON)).body.data;
  await admin('PATCH', `/members/${id}`, { full_name: 'Bela', attributes: { visits: 9, shoe: 44 } });
  await admin('PATCH', `/members/${id}`, { status: 'cancelled' });
  expect((await admin('PATCH', `/members/${id}`, { status: 'suspended' })).body.code).toBe('invalid_state');
  await admin('PATCH', `/members/${id}`, { status: 'active' });
  const events = await api.ask<{ name: string; data: object }>(
    `select name, data from event where data->>'id' = $1 and name <> 'member.created' order by id`,
    [id],
  );
  expect(events).toEqual([
    { name: 'member.updated', data: { id, fields: ['attributes.shoe', 'attributes.visits', 'full_name'] } },
    { name: 'member.status_changed', data: { id, from: 'active', to: 'cancelled' } },
    { name: 'member.status_changed', data: { id, from: 'cancelled', to: 'active' } },
  ]);
  const acts = await api.ask<{ act: string }>('select act from audit_record where target_id = $1 order by number', [id]);
  expect(acts.map(({ act }) => act)).toEqual(['member.enrolled', 'member.changed', 'member.status_set', 'member.status_set']);
});

test('values are sealed by the key of their member, and open nowhere else (PII-01, PII-02); older ones still open', async () => {
  const [one, two] = [(await enroll('K-1', { pan: 'KKKPD1111F' }, PERSON)).body.data, (await enroll('K-2', {}, PERSON)).body.data];
  const [rows] = await api.ask<{ all: string }>(
    `select concat((select jsonb_agg(p) from member_profile p), (select jsonb_agg(r) from member_relation r), (select jsonb_agg(a) from member_attribute a),
       (select jsonb_agg(e) from event e), (select jsonb_agg(i) from idempotency_key i), (select jsonb_agg(j) from job_outbox j),
       (select jsonb_agg(a) from audit_record a), (select jsonb_agg(m) from member m)) as all`,
  );
  for (const value of ['Quixote', 'asha.quixote', '9812345678', '1990-04-23', 'KKKPD1111F', '4111111111111234'])
    for (const spelt of [value, Buffer.from(value).toString('base64').replace(/=+$/, ''), Buffer.from(value).toString('hex')])
      expect(rows!.all).not.toContain(spelt);
  const old = api.app.nest
    .get(Keyring, { strict: false })
    .encrypt('{"full_name":"From Before"}', `member_profile/${ctx.tenantId}/${one.id}`);
  await api.ask('update member_profile set sealed = $2, keyed = false where member_id = $1', [one.id, old]);
  expect((await admin('GET', `/members/${one.id}`)).body.data).toMatchObject({ full_name: 'From Before' });
  await admin('PATCH', `/members/${one.id}`, { email: 'k@example.com' });
  expect((await admin('GET', `/members/${one.id}`)).body.data).toMatchObject({ full_name: 'From Before', email: 'k@example.com' });
  await api.ask('update member_profile p set sealed = o.sealed from member_profile o where p.member_id = $1 and o.member_id = $2', [
    two.id,
    one.id,
  ]);
  expect((await admin('GET', `/members/${two.id}`)).status).toBe(500);
});
