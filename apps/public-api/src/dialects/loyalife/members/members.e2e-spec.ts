import { randomUUID } from 'node:crypto';
import { SaveAttributeDefinition } from '@tallystick/loyalty';
import { startLoyalife, type LoyalifeApi, type LoyalifeCall } from '../../../../../../test/support/loyalife.js';

const FAMILIES = [
  ['the short paths', '/v1', '/v1/GetMemberProfile'],
  ['the paths of the vendor', '/lbms-ingress/member/api/Member', '/lbms-ingress/member/api/Member/GetMemberProfileByRelationReference'],
] as const;
const OK = { IsSucessful: true, ErrorCode: '000', ExceptionMessage: 'Success', Count: 0 };

let loyalife: LoyalifeApi;
let call: LoyalifeCall;
beforeAll(async () => {
  loyalife = await startLoyalife();
  ({ call } = loyalife);
  const { app, uow, integrator } = loyalife.api;
  const save = app.nest.get(SaveAttributeDefinition, { strict: false });
  const attribute = { name: 'Employee code', dataType: 'string', options: null, unique: true, mandatory: true, personal: true } as const;
  await uow.run(integrator.ctx, async (tx) => {
    await save.create(tx, { ...attribute, code: 'employee_code', fileKey: 'EMP_CODE' });
    await save.create(tx, { ...attribute, code: 'badge', name: 'Badge', fileKey: 'BADGE', dataType: 'number', mandatory: false });
  });
});
afterAll(() => loyalife?.api.close());

const digits = (): string => String(Math.floor(Math.random() * 1e9)).padStart(9, '0');
const profile = (more: object = {}) => {
  const own = randomUUID().slice(0, 8);
  return {
    relation_reference: `C-${own}`,
    full_name: 'Asha Rao',
    email_id: `${own}@example.com`,
    mobile_number: `+9198${digits()}`.slice(0, 13),
    gender: 'F',
    dob: '1990-05-31',
    address: '12 MG Road, Bengaluru',
    employee_code: own,
    ...more,
  };
};
const told = async (said: ReturnType<LoyalifeCall>) => {
  const { status, body } = await said;
  return [status, body.ErrorCode];
};

describe.each(FAMILIES)('members on %s', (_, prefix, profilePath) => {
  const create = (body: object) => call('POST', `${prefix}/CreateProfileWithAttributes?pintProgramId=1`, body);
  const update = (body: object) => call('POST', `${prefix}/UpdateProfileWithAttributes?pintProgramId=1`, body);
  const read = (reference: string) =>
    call<Record<string, unknown>>(
      'GET',
      `${profilePath}?pintProgramId=1&RelationReference=${encodeURIComponent(reference)}&RelationType=4`,
    );

  it('are created with attributes, read, changed and found', async () => {
    const badge = prefix.length;
    const sent = profile({ badge, department: 'Sales', mobile_number: `98${digits()}`.slice(0, 10), status: '5' });
    const made = await create(sent);
    expect([made.status, made.body]).toEqual([200, { ...OK, ReturnObject: true }]);
    const shown = await read(sent.relation_reference);
    const known = {
      Id: expect.any(Number),
      RelationReference: sent.relation_reference,
      FullName: 'Asha Rao',
      Email: sent.email_id,
      MobileNumber: expect.stringMatching(/^\+/),
      DOB: '1990-05-31',
      Gender: 'F',
      Address: '12 MG Road, Bengaluru',
      Status: 5,
      IsAccountActivated: false,
      TierName: null,
      TotalPoints: 0,
      EnrollmentDate: expect.any(String),
      ActivatedDate: null,
      LastLoggedIn: null,
      IsAccrualAllowed: true,
      CustomerSegment: null,
      Attributes: expect.arrayContaining([
        { Key: 'employee_code', Value: sent.employee_code },
        { Key: 'badge', Value: badge },
        { Key: 'department', Value: 'Sales' },
      ]),
    };
    expect([shown.status, shown.body]).toEqual([200, { ...OK, ReturnObject: known }]);
    const id = shown.body.ReturnObject.Id;
    expect((await update({ id, data: { full_name: 'Asha Kumar', status: '1', department: null } })).body).toEqual({
      ...OK,
      ReturnObject: true,
    });
    expect((await read(sent.relation_reference)).body.ReturnObject).toMatchObject({
      FullName: 'Asha Kumar',
      Email: sent.email_id,
      Status: 1,
      IsAccountActivated: true,
      ActivatedDate: expect.any(String),
      Attributes: expect.not.arrayContaining([expect.objectContaining({ Key: 'department' })]),
    });
    for (const [name, value] of [
      ['employee_code', sent.employee_code],
      ['badge', String(badge)],
    ]) {
      const found = await call(
        'GET',
        `${prefix}/GetMemberDetailsByUniqueAttribute?pintProgramId=1&AttributeName=${name}&AttributeValue=${value}`,
      );
      const { FullName, Email, RelationReference, TierName, TotalPoints } = {
        ...known,
        FullName: 'Asha Kumar',
      };
      expect(found.body).toEqual({ ...OK, ReturnObject: { Id: id, FullName, Email, RelationReference, TierName, TotalPoints } });
    }
    expect(await told(update({ id, data: { badge: null } }))).toEqual([200, '000']);
  });

  it('share no address, no number and no reference, however many are created at once (E201, E205, E206)', async () => {
    const codes = async (bodies: object[]) => (await Promise.all(bodies.map((body) => told(create(body))))).sort();
    const again = profile();
    expect(await codes([again, again, again])).toEqual([
      [200, '000'],
      [409, 'E201'],
      [409, 'E201'],
    ]);
    const { email_id, mobile_number } = profile();
    const taken = (code: string) => [
      [200, '000'],
      [409, code],
      [409, code],
    ];
    expect(await codes([1, 2, 3].map(() => profile({ email_id })))).toEqual(taken('E205'));
    expect(await codes([1, 2, 3].map(() => profile({ mobile_number })))).toEqual(taken('E206'));
    const others = [profile(), profile(), profile()];
    await codes(others);
    const ids = await Promise.all(others.map(async (one) => (await read(one.relation_reference)).body.ReturnObject.Id));
    const wanted = { email_id: profile().email_id };
    expect((await Promise.all(ids.map((id) => told(update({ id, data: wanted }))))).sort()).toEqual(taken('E205'));
  });

  it('are refused by the code of the reason', async () => {
    const first = profile();
    await create(first);
    const find = (query: string) => call('GET', `${prefix}/GetMemberDetailsByUniqueAttribute?${query}`);
    expect(await told(create({ ...profile(), relation_reference: first.relation_reference }))).toEqual([409, 'E201']);
    expect(await told(create({ ...profile(), employee_code: first.employee_code }))).toEqual([409, 'E201']);
    expect(await told(create({ ...profile(), email_id: first.email_id.toUpperCase() }))).toEqual([409, 'E205']);
    expect(await told(create({ ...profile(), mobile_number: first.mobile_number }))).toEqual([409, 'E206']);
    expect(await told(create({ ...profile(), employee_code: undefined }))).toEqual([400, '006']);
    expect(await told(create({ ...profile(), badge: 'red' }))).toEqual([400, '006']);
    expect(await told(create({ ...profile(), mobile_number: 'none' }))).toEqual([400, '999']);
    expect(await told(create({ ...profile(), dob: '1990-31-05' }))).toEqual([400, '999']);
    expect(await told(create({ ...profile(), status: '7' }))).toEqual([400, '999']);
    expect(await told(create({ ...profile(), relation_reference: undefined }))).toEqual([400, '999']);
    expect(await told(read('nobody'))).toEqual([404, '103']);
    expect(await told(find('AttributeName=employee_code&AttributeValue=none'))).toEqual([404, 'E001']);
    expect(await told(find('AttributeName=department&AttributeValue=x'))).toEqual([400, '999']);
    expect(await told(update({ id: 999_999_999, data: { full_name: 'X' } }))).toEqual([404, 'E202']);
    const other = profile();
    await create(other);
    const id = (await read(other.relation_reference)).body.ReturnObject.Id;
    expect(await told(update({ id, data: {} }))).toEqual([400, '999']);
    expect(await told(update({ id, data: { email_id: first.email_id } }))).toEqual([409, 'E205']);
    expect(await told(update({ id, data: { mobile_number: first.mobile_number } }))).toEqual([409, 'E206']);
    expect(await told(update({ id, data: { employee_code: null } }))).toEqual([400, '104']);
    expect(await told(update({ id, data: { email_id: other.email_id, status: 4 } }))).toEqual([200, '000']);
    expect(await told(update({ id, data: { full_name: 'X' } }))).toEqual([422, 'E204']);
    expect(await told(update({ id, data: { status: 2 } }))).toEqual([400, '104']);
  });
});

describe('members on the short paths alone', () => {
  it('have their status set by its number', async () => {
    const { relation_reference: RelationReference, ...rest } = profile();
    await call('POST', '/v1/CreateProfileWithAttributes', { relation_reference: RelationReference, ...rest });
    const set = (Status: unknown) => call('POST', '/v1/UpdateMemberStatus', { RelationReference, Status });
    const status = async () =>
      (await call<{ Status: number }>('GET', `/v1/GetMemberProfile?RelationReference=${RelationReference}`)).body.ReturnObject.Status;
    for (const number of [1, 2, 3, 6, 4]) {
      expect(await told(set(number))).toEqual([200, '000']);
      expect(await status()).toBe(number);
    }
    expect(await told(set(2))).toEqual([400, '104']);
    expect(await told(set(9))).toEqual([400, '999']);
    expect(await told(call('POST', '/v1/UpdateMemberStatus', { RelationReference: 'nobody', Status: 1 }))).toEqual([404, '103']);
  });

  it('are linked to what leads to them, once to each', async () => {
    const [one, two] = [profile(), profile()];
    for (const body of [one, two]) await call('POST', '/v1/CreateProfileWithAttributes', body);
    const add = (reference: string, type: string, value: string) =>
      call('POST', '/v1/AddSubRelation', {
        RelationReference: reference,
        RelationType: 4,
        SubRelationType: type,
        SubRelationReference: value,
      });
    const list = (reference: string) => call<Record<string, string>[]>('GET', `/v1/GetSubRelations?RelationReference=${reference}`);
    const remove = (body: object) => call('POST', '/v1/RemoveSubRelation', { RelationReference: one.relation_reference, ...body });
    const link = { Id: expect.any(String), SubRelationType: 'account', SubRelationReference: 'ACC-0042', CreatedDate: expect.any(String) };
    expect((await add(one.relation_reference, 'account', 'ACC-0042')).body).toEqual({ ...OK, ReturnObject: link });
    expect(await told(add(one.relation_reference, 'account', 'acc 0042'))).toEqual([409, 'E201']);
    expect(await told(add(two.relation_reference, 'account', 'ACC-0042'))).toEqual([200, '000']);
    expect(await told(add(one.relation_reference, 'card', '4111 1111 1111 1234'))).toEqual([200, '000']);
    expect(await told(add(one.relation_reference, 'boat', 'x'))).toEqual([400, '999']);
    expect(await told(add('nobody', 'card', 'x'))).toEqual([404, '103']);
    const all = await list(one.relation_reference);
    expect([all.body.Count, all.body.ReturnObject.map((row) => row.SubRelationReference)]).toEqual([2, ['ACC-0042', '************1234']]);
    expect(await told(remove({ SubRelationReference: 'nothing' }))).toEqual([404, '210']);
    expect(await told(remove({}))).toEqual([400, '999']);
    expect(await told(remove({ SubRelationReference: '4111-1111-1111-1234' }))).toEqual([200, '000']);
    expect(await told(remove({ Id: all.body.ReturnObject[0]!.Id }))).toEqual([200, '000']);
    expect((await list(one.relation_reference)).body).toMatchObject({ Count: 0, ReturnObject: [] });
    expect((await list(two.relation_reference)).body.Count).toBe(1);
    expect(await told(list('nobody'))).toEqual([404, '103']);
  });

  it('have attributes that can be listed', async () => {
    const { body } = await call('GET', '/v1/GetAttributeDefinitions');
    expect(body).toMatchObject({ Count: 2 });
    expect(body.ReturnObject).toContainEqual({
      Name: 'Employee code',
      ApiKey: 'employee_code',
      FileKey: 'EMP_CODE',
      DataType: 'string',
      Options: null,
      IsUnique: true,
      IsMandatory: true,
      IsPersonal: true,
    });
    expect(await told(loyalife.bare('GET', '/v1/GetAttributeDefinitions'))).toEqual([401, '401']);
  });

  it('are one alone for a token that is bound to them', async () => {
    const [mine, other] = [profile(), profile()];
    for (const body of [mine, other]) await call('POST', '/v1/CreateProfileWithAttributes', body);
    const bound = await loyalife.as(loyalife.api.integrator, JSON.stringify(['LOGIN', mine.relation_reference]));
    const [own] = [await bound<{ Id: number }>('GET', `/v1/GetMemberProfile?RelationReference=${mine.relation_reference}`)];
    expect(own.status).toBe(200);
    const others = (await call<{ Id: number }>('GET', `/v1/GetMemberProfile?RelationReference=${other.relation_reference}`)).body
      .ReturnObject.Id;
    const RelationReference = other.relation_reference;
    for (const [method, path, body] of [
      ['GET', `/v1/GetMemberProfile?RelationReference=${RelationReference}`],
      ['GET', `/v1/GetMemberDetailsByUniqueAttribute?AttributeName=employee_code&AttributeValue=${other.employee_code}`],
      ['GET', `/v1/GetSubRelations?RelationReference=${RelationReference}`],
      ['GET', `/v1/PollTransactionBatchStatus?batch_id=${randomUUID()}`],
      ['POST', '/v1/CreateProfileWithAttributes', profile()],
      ['POST', '/v1/UpdateProfileWithAttributes', { id: others, data: { full_name: 'X' } }],
      ['POST', '/v1/UpdateMemberStatus', { RelationReference, Status: 1 }],
      ['POST', '/v1/AddSubRelation', { RelationReference, SubRelationType: 'card', SubRelationReference: 'x' }],
      ['POST', '/v1/RemoveSubRelation', { RelationReference, SubRelationReference: 'x' }],
      ['POST', '/v1/CheckAvailability', { RelationReference }],
      ['POST', '/v1/RedeemPoints', { memberId: RelationReference, points: 1, amount: 1 }],
      ['POST', '/v1/ReversalPoints', { RelationReference, ExternalReference: randomUUID() }],
      ['POST', '/v1/ReleaseHeldPoints', { RelationReference, ExternalReference: randomUUID() }],
      ['POST', '/v1/InsertTransactionData', transactionOf(RelationReference)],
      ['POST', '/v1/InsertTransactionDataV2', [transactionOf(RelationReference)]],
      ['POST', '/v1/ReverseTransactionData', { transaction_id: 'x', member_relation_reference: RelationReference }],
      ['POST', '/v1/GetMemberStatementSummary', { RelationReference }],
      ['POST', '/v1/GetMemberCategorizedStatement', { RelationReference }],
      ['POST', '/v1/GetExpirySchedule', { RelationReference }],
      ['POST', '/v1/GetMemberTransactionSummaryByDate', { RelationReference, DateFrom: '2026-01-01', DateTo: '2026-12-31' }],
    ] as const)
      expect([path, ...(await told(bound(method, path, body)))]).toEqual([path, 401, '401']);
  });
});

const transactionOf = (reference: string) => ({
  transaction_id: randomUUID(),
  amount: 1,
  transaction_date: '2026-01-15',
  product_code: 'CARD',
  member_relation_reference: reference,
  transaction_type: 'DR',
});
