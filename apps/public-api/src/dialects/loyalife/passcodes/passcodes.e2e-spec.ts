import { randomUUID } from 'node:crypto';
import { HashedCredentials, SetMemberCredentials } from '@tallystick/loyalty';
import { Mail, type MailOrder } from '@tallystick/platform';
import { startLoyalife, type LoyalifeApi, type LoyalifeCall } from '../../../../../../test/support/loyalife.js';

const FAMILIES = [
  ['the short paths', '/v1'],
  ['the paths of the vendor', '/lbms-ingress/member/api/Member'],
] as const;
const OK = { IsSucessful: true, ErrorCode: '000', ExceptionMessage: 'Success', Count: 0 };

let loyalife: LoyalifeApi;
let call: LoyalifeCall;
beforeAll(async () => {
  loyalife = await startLoyalife();
  ({ call } = loyalife);
});
afterAll(() => loyalife?.api.close());

const told = async (said: ReturnType<LoyalifeCall>) => {
  const { status, body } = await said;
  return [status, body.ErrorCode];
};
const change = (sql: string, ...parameters: unknown[]) =>
  loyalife.api.uow.run(loyalife.api.integrator.ctx, (tx) => tx.query(sql, [tx.ctx.tenantId, ...parameters]));
const setStatus = (reference: string, status: string) =>
  change('update member set status = $3 where tenant_id = $1 and reference = $2', reference, status);

/** A member who is nobody else, and what they prove themselves by. */
async function member(): Promise<{ reference: string; email: string }> {
  const reference = `C-${randomUUID().slice(0, 8)}`;
  const email = `${reference.toLowerCase()}@example.com`;
  const made = await loyalife.api.call<{ id: string }>('POST', '/members', { reference, email, full_name: 'Asha Rao' });
  const { app, uow, integrator } = loyalife.api;
  const credentials = app.nest.get(SetMemberCredentials, { strict: false });
  const hashed: HashedCredentials = await credentials.prepare('5f4dcc3b5aa765d6');
  await uow.run(integrator.ctx, (tx) => credentials.execute(tx, made.body.data.id, hashed));
  return { reference, email };
}

/** The code that was mailed last. */
async function lastCode(): Promise<string> {
  const { app, uow, integrator } = loyalife.api;
  const [row] = await uow.read(integrator.ctx, (tx) =>
    tx.query<{ payload: MailOrder }>(
      `select payload from job_outbox where tenant_id = $1 and name = 'send-mail' order by id desc limit 1`,
      [tx.ctx.tenantId],
    ),
  );
  return String(app.nest.get(Mail, { strict: false }).open(row!.payload).code);
}
const other = (code: string): string => (code === '000000' ? '000001' : '000000');

describe.each(FAMILIES)('members prove themselves on %s', (_, prefix) => {
  const check = (UniquerefID: string, Password: string, more: object = {}) =>
    call('POST', `${prefix}/CheckMembershipCredentialsByRelationReference`, {
      UniquerefID,
      Password,
      ProgramId: 1,
      RelationType: 4,
      ...more,
    });

  it('by what their tenant presents for them', async () => {
    const { reference, email } = await member();
    const known = {
      Id: expect.any(Number),
      FullName: 'Asha Rao',
      Email: email,
      Status: 1,
      IsAccountActivated: true,
      LastLoggedIn: null,
      LoginAttempt: 0,
      ForceChangePassword: false,
    };
    const answer = await check(reference, '5f4dcc3b5aa765d6');
    expect([answer.status, answer.body]).toEqual([200, { ...OK, ReturnObject: known }]);
    expect((await check(reference, '5f4dcc3b5aa765d6')).body.ReturnObject).toEqual({ ...known, LastLoggedIn: expect.any(String) });
    expect(await told(check(reference, 'wrong'))).toEqual([401, '402']);
    expect(await told(check('nobody', 'wrong'))).toEqual([401, '402']);
    expect(await told(check(reference, 'x', { RelationType: 5 }))).toEqual([400, '999']);
    for (const [status, code] of [
      ['login_blocked', '403'],
      ['suspended', '114'],
      ['cancelled', '113'],
      ['blocked', '107'],
    ] as const) {
      await setStatus(reference, status);
      expect(await told(check(reference, '5f4dcc3b5aa765d6'))).toEqual([422, code]);
    }
  });

  it.each([
    ['', ({ email }: { email: string }) => ({ UniquerefID: email })],
    ['ByRelationReference', ({ reference }: { reference: string }) => ({ RelationReference: reference })],
  ] as const)('by a mailed code for one thing, once: OTP%s', async (tail, named) => {
    const me = await member();
    const whose = (named as (who: typeof me) => object)(me);
    const common = { ...whose, ProgramId: 1, RelationType: 4 };
    const generate = (OtpType: string, more: object = {}) =>
      call('POST', `${prefix}/GenerateOTP${tail}`, { ...common, SourceAddress: '203.0.113.7', SourceCode: 1, OtpType, ...more });
    const verify = (OtpType: string, OTP: number | string, more: object = {}) =>
      call('POST', `${prefix}/VerifyOTP${tail}`, {
        ...common,
        OTP,
        DestinationAddress: '203.0.113.7',
        Destination: 'Web',
        OtpType,
        ...more,
      });
    const asked = await generate('LOGIN');
    expect([asked.status, asked.body]).toEqual([200, { ...OK, ReturnObject: true }]);
    const code = await lastCode();
    expect(await told(generate('LOGIN'))).toEqual([429, '429']);
    expect(await told(verify('TwoFA', Number(code)))).toEqual([400, '304']);
    expect(await told(verify('LOGIN', other(code)))).toEqual([400, '301']);
    expect((await verify('LOGIN', Number(code))).body).toEqual({ ...OK, ReturnObject: true });
    expect(await told(verify('LOGIN', Number(code)))).toEqual([400, '301']);
    await generate('UNBLOCKMEMBER');
    const second = await lastCode();
    for (let n = 0; n < 5; n++) await verify('UNBLOCKMEMBER', other(second));
    expect(await told(verify('UNBLOCKMEMBER', second))).toEqual([400, '303']);
    await generate('CASHBACKCONFIRM');
    const third = await lastCode();
    await loyalife.api.uow.run(loyalife.api.integrator.ctx, (tx) =>
      tx.query(`update passcode_challenge set expires_at = now() where purpose = 'member_otp' and used_at is null`),
    );
    expect(await told(verify('CASHBACKCONFIRM', third))).toEqual([400, '302']);
    expect(await told(generate('SOMETHING'))).toEqual([400, '999']);
    expect(await told(verify('LOGIN', 1_234_567))).toEqual([400, '999']);
    const nobody = 'UniquerefID' in common ? { UniquerefID: 'nobody@example.com' } : { RelationReference: 'nobody' };
    expect(await told(generate('NONE', nobody))).toEqual([404, '103']);
    expect(await told(verify('NONE', 1, nobody))).toEqual([404, '103']);
    await setStatus(me.reference, 'suspended');
    expect(await told(generate('NONE'))).toEqual([422, '114']);
  });
});
