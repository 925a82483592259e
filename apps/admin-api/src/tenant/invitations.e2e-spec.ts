import { randomBytes } from 'node:crypto';
import { newId } from '@tallystick/kernel';
import type { AcceptedInvitationDto, InvitationDto, OpenInvitationDto } from '@tallystick/identity';
import { startAdminApi, type AdminApi, type AdminCaller } from '../../../../test/support/admin-api.js';
import { openTenant } from '../../../../test/support/identity.js';

let api: AdminApi;
beforeAll(async () => {
  api = await startAdminApi({ CONSOLE_URL: 'https://console.example.com' });
});
afterAll(() => api?.close());

const PASSWORD = 'plum gravel otter viola';
const address = (): string => `${randomBytes(6).toString('hex')}@bank.example`;
const open = async () => {
  const ctx = await openTenant(api.uow);
  return { ctx, admin: await api.person(ctx, 'tenant_admin') };
};
const tokenFor = async (email: string): Promise<string> => {
  const link = String((await api.mailTo(email))?.link);
  expect(link).toMatch(/^https:\/\/console\.example\.com\/invitations\/accept#token=tsi_[\w-]{64}$/);
  return link.split('=')[1]!;
};
const invite = async (admin: AdminCaller, email: string, role = 'manager') => {
  const { status, body } = await admin.call<InvitationDto>('POST', '/tenant/invitations', { email, role, full_name: 'Meera Iyer' });
  expect(status).toBe(201);
  return { ...body.data, token: await tokenFor(email.toLowerCase()) };
};
const accept = (body: object) => api.anonymous<AcceptedInvitationDto>('POST', '/auth/invitations/accept', body);
const lookup = (token: string) => api.anonymous<OpenInvitationDto>('POST', '/auth/invitations/lookup', { token });
const roleOf = async (ctx: { tenantId: string }, email: string) =>
  (
    await api.ask<{ role: string; user_id: string; verified: boolean }>(
      `select m.role, m.user_id, u.email_verified_at is not null as verified
       from tenant_user m join user_account u on u.id = m.user_id where m.tenant_id = $1 and u.email = $2`,
      [ctx.tenantId, email],
    )
  )[0];

describe('an invitation', () => {
  it('opens an account for a new person, whose address counts as verified, once', async () => {
    const { ctx, admin } = await open();
    const email = address();
    const { id, token, ...shown } = await invite(admin, email.toUpperCase());
    expect(shown).toMatchObject({ email, role: 'manager', status: 'pending', full_name: 'Meera Iyer', invited_by: { id: admin.id } });
    expect(Date.parse(shown.expires_at) - Date.parse(shown.sent_at)).toBe(7 * 86_400_000);
    expect(await api.mailTo(email)).toMatchObject({ place: 'Test Bank', inviter: 'Asha Rao', role: 'manager', days: 7 });
    expect((await lookup(token)).body.data).toMatchObject({ email, role: 'manager', tenant: { name: 'Test Bank' }, account_exists: false });
    for (const password of ['short', 'password1password1', `${email}-1`])
      expect(await accept({ token, password })).toMatchObject({
        status: 400,
        body: { code: 'validation_error', errors: { password: expect.any(Array) } },
      });
    const done = await accept({ token, password: PASSWORD, full_name: 'Meera K. Iyer' });
    expect(done).toMatchObject({
      status: 200,
      body: { data: { email, role: 'manager', account_created: true, tenant: { name: 'Test Bank' } } },
    });
    expect(await roleOf(ctx, email)).toMatchObject({ role: 'manager', verified: true });
    expect((await api.ask('select full_name from user_account where email = $1', [email]))[0]).toEqual({ full_name: 'Meera K. Iyer' });
    for (const said of [await accept({ token, password: PASSWORD }), await lookup(token)])
      expect(said).toMatchObject({ status: 400, body: { code: 'invitation_invalid' } });
    expect((await admin.call<InvitationDto>('GET', `/tenant/invitations/${id}`)).body.data).toMatchObject({ status: 'accepted' });
    expect(await api.anonymous('POST', '/auth/token', { username: email, password: PASSWORD })).toMatchObject({ status: 200 });
    const acts = await api.ask('select act, actor_type, actor_id from audit_record where tenant_id = $1 and act like $2 order by number', [
      ctx.tenantId,
      'invitation.%',
    ]);
    expect(acts).toEqual([
      { act: 'invitation.sent', actor_type: 'user', actor_id: admin.id },
      { act: 'invitation.accepted', actor_type: 'user', actor_id: (await roleOf(ctx, email))!.user_id },
    ]);
  });

  it('leaves no token readable in the database', async () => {
    const { admin } = await open();
    const { token } = await invite(admin, address());
    const [{ text }] = (await api.ask<{ text: string }>(
      `select (select string_agg(i::text, '') from invitation i) || (select string_agg(j::text, '') from job_outbox j)
         || (select string_agg(a::text, '') from audit_record a) as text`,
    )) as [{ text: string }];
    expect(text.length).toBeGreaterThan(500);
    for (const form of [token, Buffer.from(token).toString('hex'), Buffer.from(token.slice(4), 'base64url').toString('hex')])
      expect(text.includes(form)).toBe(false);
  });

  it('takes over no account: a known person accepts with their own password, and keeps it and their name', async () => {
    const { ctx, admin } = await open();
    const person = await api.person(await openTenant(api.uow), 'support', { password: PASSWORD });
    const { token } = await invite(admin, person.email);
    expect((await lookup(token)).body.data).toMatchObject({ account_exists: true });
    const before = await api.ask('select full_name, password_hash from user_account where id = $1', [person.id]);
    expect(await accept({ token, password: 'a password of an attacker' })).toMatchObject({
      status: 401,
      body: { code: 'authentication_failed' },
    });
    expect(await accept({ token, password: PASSWORD, full_name: 'Somebody Else' })).toMatchObject({
      status: 400,
      body: { errors: { full_name: expect.any(Array) } },
    });
    expect(await roleOf(ctx, person.email)).toBeUndefined();
    expect(await accept({ token, password: PASSWORD })).toMatchObject({ status: 200, body: { data: { account_created: false } } });
    expect(await roleOf(ctx, person.email)).toMatchObject({ role: 'manager', user_id: person.id, verified: true });
    expect(await api.ask('select full_name, password_hash from user_account where id = $1', [person.id])).toEqual(before);
    const outcomes = await api.ask(
      `select outcome from audit_record where tenant_id = $1 and act = 'invitation.accepted' order by number`,
      [ctx.tenantId],
    );
    expect(outcomes).toEqual([{ outcome: 'refused' }, { outcome: 'success' }]);
  });

  it('is void after ten wrong passwords, counted exactly', async () => {
    const { admin } = await open();
    const person = await api.person(await openTenant(api.uow), 'support', { password: PASSWORD });
    const { id, token } = await invite(admin, person.email);
    const said = await Promise.all(Array.from({ length: 30 }, (_, i) => accept({ token, password: `wrong password ${i}` })));
    expect(said.filter(({ body }) => body.code === 'authentication_failed')).toHaveLength(10);
    expect(await accept({ token, password: PASSWORD })).toMatchObject({ status: 400, body: { code: 'invitation_invalid' } });
    expect((await api.ask('select failed_attempts from invitation where id = $1', [id]))[0]).toEqual({ failed_attempts: 10 });
  });

  it('makes one account and one membership, however often it is accepted at once', async () => {
    const [{ ctx, admin }, other] = [await open(), await open()];
    const email = address();
    const [{ token }, elsewhere] = [await invite(admin, email), await invite(other.admin, email)];
    const said = await Promise.all(
      [token, token, token, elsewhere.token].map((one) => accept({ token: one, password: PASSWORD, full_name: 'M I' })),
    );
    const done = said.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThanOrEqual(1);
    for (const { status, body } of said)
      expect(['success', 'invitation_invalid', 'validation_error']).toContain(status === 200 ? 'success' : body.code);
    expect(await api.ask('select 1 as one from user_account where email = $1', [email])).toEqual([{ one: 1 }]);
    expect(
      (await api.ask('select 1 as one from tenant_user m join user_account u on u.id = m.user_id where u.email = $1', [email])).length,
    ).toBe(done.length);
    for (const place of [
      { ctx, token },
      { ctx: other.ctx, token: elsewhere.token },
    ]) {
      if (await roleOf(place.ctx, email)) continue;
      expect(await accept({ token: place.token, password: PASSWORD })).toMatchObject({
        status: 200,
        body: { data: { account_created: false } },
      });
    }
  });

  it('is told apart by nothing, whether or not the address has an account elsewhere', async () => {
    const { admin } = await open();
    const person = await api.person(await openTenant(api.uow), 'support');
    const answers = [await admin.call('POST', '/tenant/invitations', { email: person.email, role: 'support' })];
    answers.push(await admin.call('POST', '/tenant/invitations', { email: address(), role: 'support' }));
    const shape = ({ status, body }: (typeof answers)[number]) => [
      status,
      body.message,
      Object.keys(body.data),
      { ...(body.data as object), id: 0, email: 0, created_at: 0, sent_at: 0, expires_at: 0 },
    ];
    expect(shape(answers[0]!)).toEqual(shape(answers[1]!));
    const [list] = (await admin.call<InvitationDto[]>('GET', `/tenant/invitations?search=${person.email}`)).body.data;
    expect(list).toMatchObject({ full_name: null, status: 'pending' });
  });

  it('is sent again with a new link that voids the old one, taken back, and expires', async () => {
    const { admin } = await open();
    const email = address();
    const { id, token } = await invite(admin, email);
    const soon = await admin.call('POST', `/tenant/invitations/${id}/resend`);
    expect(soon).toMatchObject({ status: 429, body: { code: 'throttled' } });
    expect(Number(soon.headers['retry-after'])).toBeGreaterThan(50);
    await api.ask(`update invitation set sent_at = now() - interval '2 minutes' where id = $1`, [id]);
    expect((await admin.call('POST', `/tenant/invitations/${id}/resend`)).status).toBe(200);
    const renewed = await tokenFor(email);
    expect((await lookup(token)).status).toBe(400);
    expect((await lookup(renewed)).status).toBe(200);
    expect(await admin.call('POST', '/tenant/invitations', { email, role: 'support' })).toMatchObject({
      status: 409,
      body: { code: 'duplicate' },
    });
    await api.ask(`update invitation set expires_at = now() - interval '1 second' where id = $1`, [id]);
    expect((await lookup(renewed)).status).toBe(400);
    expect((await admin.call<InvitationDto[]>('GET', '/tenant/invitations?status=expired')).body.data).toHaveLength(1);
    const second = await invite(admin, email, 'support');
    expect((await admin.call<InvitationDto[]>('GET', '/tenant/invitations')).body.data.map(({ status }) => status)).toEqual([
      'pending',
      'expired',
    ]);
    expect((await admin.call<InvitationDto>('POST', `/tenant/invitations/${second.id}/revoke`)).body.data.status).toBe('revoked');
    expect((await lookup(second.token)).status).toBe(400);
    for (const act of ['resend', 'revoke'])
      expect(await admin.call('POST', `/tenant/invitations/${second.id}/${act}`)).toMatchObject({
        status: 409,
        body: { code: 'invalid_state' },
      });
  });

  it('gives nothing beyond the inviter, and falls with them', async () => {
    const { ctx, admin } = await open();
    await admin.call('POST', '/tenant/roles', {
      code: 'lead',
      name: 'Lead',
      permissions: ['users:read', 'users:write'],
      rank: 70,
      requires_mfa: false,
    });
    const lead = await api.person(ctx, 'lead');
    for (const role of ['tenant_admin', 'manager', 'support'])
      expect(await lead.call('POST', '/tenant/invitations', { email: address(), role })).toMatchObject({
        status: 403,
        body: { code: 'permission_denied' },
      });
    const above = await invite(admin, address(), 'manager');
    for (const act of ['resend', 'revoke']) expect((await lead.call('POST', `/tenant/invitations/${above.id}/${act}`)).status).toBe(403);
    const peer = await invite(lead, address(), 'lead');
    expect(
      await admin.call('DELETE', `/tenant/roles/${(await admin.call<{ id: string }[]>('GET', '/tenant/roles')).body.data[0]!.id}`),
    ).toMatchObject({ body: { code: 'role_in_use' } });
    await admin.call('POST', `/tenant/users/${lead.id}/suspend`);
    expect((await lookup(peer.token)).status).toBe(400);
    expect((await lookup(above.token)).status).toBe(200);
    await api.ask(`update tenant set status = 'suspended' where id = $1`, [ctx.tenantId]);
    expect((await lookup(above.token)).status).toBe(400);
  });

  it('is unknown to another tenant and to who may not look after people (AZN-01)', async () => {
    const [{ ctx, admin }, { admin: stranger }] = [await open(), await open()];
    const { id, email, token } = await invite(admin, address());
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/resend'],
      ['POST', '/revoke'],
    ] as const)
      for (const one of [id, newId()])
        expect([path, (await stranger.call(method, `/tenant/invitations/${one}${path}`)).status]).toEqual([path, 404]);
    expect((await stranger.call('GET', '/tenant/invitations')).body.data).toEqual([]);
    const support = await api.person(ctx, 'support');
    expect((await support.call('GET', '/tenant/invitations')).status).toBe(403);
    expect((await support.call('POST', '/tenant/invitations', { email, role: 'member' })).status).toBe(403);
    // A token that names another tenant is a token of nobody.
    const moved = `tsi_${Buffer.concat([Buffer.alloc(16), Buffer.from(token.slice(4), 'base64url').subarray(16)]).toString('base64url')}`;
    expect((await lookup(moved)).body.code).toBe('invitation_invalid');
    for (const [body, field] of [
      [{ email: 'nobody', role: 'member' }, 'email'],
      [{ email: address(), role: 'nobody' }, 'role'],
      [{ email: address(), role: 'member', rank: 1 }, 'rank'],
    ] as const)
      expect(Object.keys((await admin.call('POST', '/tenant/invitations', body)).body.errors)).toEqual([field]);
    expect(await admin.call('POST', '/tenant/invitations', { email: support.email, role: 'member' })).toMatchObject({
      status: 409,
      body: { code: 'duplicate' },
    });
    expect(await accept({ token, password: PASSWORD, role: 'tenant_admin' })).toMatchObject({
      status: 400,
      body: { errors: { role: expect.anything() } },
    });
  });
});
