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
