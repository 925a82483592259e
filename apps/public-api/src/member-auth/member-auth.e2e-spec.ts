import { Mail, type MailOrder } from '@tallystick/platform';
import { startPublicApi, type PublicApi, type Said } from '../../../../test/support/public-api.js';

let api: PublicApi;
beforeAll(async () => void (api = await startPublicApi({}, 2)));
afterAll(() => api.close());

interface Token {
  access_token: string;
  member_id: string;
}

const enroll = async (body: object): Promise<{ id: string; token: string }> => {
  const { id } = (await api.call<{ id: string }>('POST', '/members', body)).body.data;
  const made = await api.call<Token>('POST', `/members/${id}/token`, {});
  expect(made.status).toBe(201);
  expect(made.body.data).toMatchObject({ token_type: 'Bearer', expires_in: 900, member_id: id });
  return { id, token: made.body.data.access_token };
};
const as =
  (token: string) =>
  (method: string, path: string, body?: unknown): Promise<Said<Record<string, unknown>>> =>
    api.call(method, path, body, { authorization: `Bearer ${token}` });

test('a member sees and changes what is their own, and may do nothing that is not for members', async () => {
  const { id, token } = await enroll({ reference: 'ME-1', full_name: 'Asha Rao', email: 'asha@example.com' });
  const me = as(token);
  expect((await me('GET', '/member-auth/me')).body.data).toMatchObject({ id, reference: 'ME-1', email: 'asha@example.com' });
  expect((await me('PATCH', '/member-auth/me', { full_name: 'Asha R.' })).body.data).toMatchObject({ id, full_name: 'Asha R.' });
  expect((await me('PATCH', '/member-auth/me', { email: 'other@example.com' })).status).toBe(400);
  expect((await me('GET', '/members')).body.code).toBe('permission_denied');
  expect((await me('POST', '/points/earn', { member_id: id, reference: 'x', points: 5 })).body.code).toBe('permission_denied');
  expect((await api.call('GET', '/member-auth/me')).body.code).toBe('permission_denied');
});

test.each(['suspended', 'login_blocked', 'inactive', 'blocked', 'cancelled'])('a %s member gets no token, and has none', async (status) => {
  const { id, token } = await enroll({ reference: `GONE-${status}` });
  await api.call('PATCH', `/members/${id}`, { status });
  const refused = await api.call('POST', `/members/${id}/token`, {});
  expect([refused.status, refused.body.errors]).toEqual([409, expect.objectContaining({ member_status: [status] })]);
  expect((await as(token)('GET', '/member-auth/me')).body.code).toBe('authentication_failed');
  const earned = await api.call('POST', '/points/earn', { member_id: id, reference: `e-${status}`, points: 5 });
  expect(earned.status).toBe(['inactive', 'login_blocked'].includes(status) ? 201 : 409);
});

interface Issued {
  challenge_id: string;
  masked_destination: string;
}

/** What the last mail of the tenant is filled with, and to whom it goes. */
async function lastMail(): Promise<{ to: string | null; code: string; stored: string }> {
  const rows = await api.uow.read(api.integrator.ctx, (tx) =>
    tx.query<{ payload: MailOrder }>(
      `select payload from job_outbox where tenant_id = $1 and name = 'send-mail' order by id desc limit 1`,
      [tx.ctx.tenantId],
    ),
  );
  const mail = api.app.nest.get(Mail, { strict: false });
  const { payload } = rows[0]!;
  return { to: mail.addressOf(payload), code: String(mail.open(payload).code), stored: JSON.stringify(payload) };
}

const slug = async (): Promise<string> => {
  const [row] = await api.uow.read(api.integrator.ctx, (tx) =>
    tx.query<{ slug: string }>('select slug from tenant where id = $1', [tx.ctx.tenantId]),
  );
  return row!.slug;
};
const other = (code: string): string => (code === '000000' ? '000001' : '000000');
const anonymous = async <T>(path: string, payload: object): Promise<{ status: number; body: { code: string; data: T } }> => {
  const answer = await api.app.nest.inject({ method: 'POST', url: `/api/v1/member-auth/${path}`, payload });
  return { status: answer.statusCode, body: answer.json() };
};

test('a member signs in with a mailed code, once; whoever is nobody gets the same answer (AUT-03)', async () => {
  const tenant = await slug();
  const { id } = (await api.call<{ id: string }>('POST', '/members', { reference: 'OTP-1', email: 'Otp.One@example.com' })).body.data;
  const ask = (identifier: string, to = tenant) => anonymous<Issued>('otp/request', { tenant: to, identifier, channel: 'email' });
  const asked = await ask('otp.one@example.com');
  const mail = await lastMail();
  expect([asked.status, mail.to]).toEqual([200, 'Otp.One@example.com'.toLowerCase()]);
  expect(mail.stored).not.toContain('example.com');
  const nobodies = [await ask('nobody@example.com'), await ask('otp.two@example.com', 'no-such-tenant')];
  for (const nobody of nobodies) {
    expect({ ...nobody.body.data, challenge_id: 0, masked_destination: 0 }).toEqual({
      ...asked.body.data,
      challenge_id: 0,
      masked_destination: 0,
    });
    const guess = await anonymous('token', { tenant, challenge_id: nobody.body.data.challenge_id, otp: '123456' });
    expect([guess.status, guess.body.code]).toEqual([401, 'authentication_failed']);
  }
  const { challenge_id } = asked.body.data;
  expect((await anonymous('token', { tenant, challenge_id, otp: other(mail.code) })).body.code).toBe('authentication_failed');
  expect((await anonymous('token', { tenant: 'no-such-tenant', challenge_id, otp: mail.code })).status).toBe(401);
  const answers = await Promise.all([1, 2, 3].map(() => anonymous<Token>('token', { tenant, challenge_id, otp: mail.code })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  const { access_token } = answers.find(({ status }) => status === 200)!.body.data;
  expect((await as(access_token)('GET', '/member-auth/me')).body.data).toMatchObject({ id, signed_in_at: expect.any(String) as string });
});

test('a code confirms what it was sent for, once, and bears five wrong tries', async () => {
  const { id } = (await api.call<{ id: string }>('POST', '/members', { reference: 'OTP-3', email: 'three@example.com' })).body.data;
  const ask = (type: string) => api.call('POST', `/members/${id}/otp/request`, { type, channel: 'email' });
  const verify = async (type: string, otp: string) => (await api.call('POST', `/members/${id}/otp/verify`, { type, otp })).body.code;
  expect((await ask('LOGIN')).status).toBe(200);
  const { code } = await lastMail();
  expect(await verify('TwoFA', code)).toBe('otp_type_mismatch');
  expect((await ask('LOGIN')).status).toBe(429);
  expect(await verify('LOGIN', code)).toBe('success');
  expect(await verify('LOGIN', code)).toBe('otp_invalid');
  await ask('UNBLOCKMEMBER');
  const second = await lastMail();
  for (let n = 0; n < 5; n++) expect(await verify('UNBLOCKMEMBER', other(second.code))).toBe('otp_invalid');
  expect(await verify('UNBLOCKMEMBER', second.code)).toBe('otp_attempts_exceeded');
  const silent = (await api.call<{ id: string }>('POST', '/members', { reference: 'OTP-4' })).body.data.id;
  expect((await api.call('POST', `/members/${silent}/otp/request`, { type: 'LOGIN', channel: 'email' })).body.code).toBe('invalid_state');
});

test('credentials open by exactly what was set; ten wrong ones keep out the right one as well (AUT-04)', async () => {
  const { id } = (await api.call<{ id: string }>('POST', '/members', { reference: 'CRED-1' })).body.data;
  const secret = 'correct horse battery staple';
  const check = async (reference: string, given: string) => {
    const answer = await api.call('POST', '/members/credentials/check', { reference, secret: given });
    return [answer.status, answer.body.code, answer.body.errors?.member_status];
  };
  const refused = [401, 'authentication_failed', undefined];
  expect(await check('CRED-1', secret)).toEqual(refused);
  expect((await api.call('PUT', `/members/${id}/credentials`, { secret })).status).toBe(200);
  expect(await check('CRED-1', secret)).toEqual([200, 'success', undefined]);
  expect(await check('CRED-1', `${secret} `)).toEqual(refused);
  expect(await check('NOBODY', secret)).toEqual(refused);
  const [stored] = await api.uow.read(api.integrator.ctx, (tx) =>
    tx.query<{ secret_hash: string }>('select secret_hash from member_credential'),
  );
  expect(stored!.secret_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await api.call('PATCH', `/members/${id}`, { status: 'suspended' });
  expect(await check('CRED-1', secret)).toEqual([409, 'invalid_state', ['suspended']]);
  await api.call('PATCH', `/members/${id}`, { status: 'active' });
  await Promise.all(Array.from({ length: 10 }, () => check('CRED-1', 'wrong one')));
  expect(await check('CRED-1', secret)).toEqual(refused);
  const acts = await api.uow.read(api.integrator.ctx, (tx) =>
    tx.query(`select act from audit_record where act = 'member.credentials_refused' and (after->>'lock_seconds') = '300'`),
  );
  expect(acts).toHaveLength(1);
});
