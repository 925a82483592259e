import { randomBytes } from 'node:crypto';
import { newId, requestContext, type DomainError, type TenantContext } from '@tallystick/kernel';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { accessEntities, openSession, openTenant } from '../../../../test/support/identity.js';
import {
  AssignTenantRole,
  ChangeUserRole,
  DeleteRole,
  FindAssignableRoles,
  FindRoles,
  FindTenantUsers,
  MembershipLock,
  RemoveUser,
  RestoreUser,
  RolePowers,
  SaveRole,
  Sessions,
  SuspendUser,
  type NewRole,
} from '../index.js';

const refusalOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: DomainError) => error.definition?.code ?? String(error),
  );

let database: TestDatabase;
let app: Awaited<ReturnType<typeof openUnitOfWork>>;
let owner: Awaited<ReturnType<typeof openUnitOfWork>>;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await openUnitOfWork(database.appUrl, { entities: accessEntities });
  owner = await openUnitOfWork(database.ownerUrl);
});
afterAll(async () => {
  await app?.close();
  await owner?.close();
  await database?.close();
});

const powers = new RolePowers();
const lock = new MembershipLock(powers);
const sessions = new Sessions();
const acts = {
  change: new ChangeUserRole(lock, powers, sessions),
  suspend: new SuspendUser(lock, sessions),
  restore: new RestoreUser(lock),
  remove: new RemoveUser(lock, sessions),
  saveRole: new SaveRole(powers),
  deleteRole: new DeleteRole(powers),
};

/** A person of the tenant, and their own context there. */
async function person(ctx: TenantContext, role: string): Promise<{ id: string; as: TenantContext }> {
  const id = newId();
  await owner.dataSource.query(
    `insert into user_account (id, email, password_hash, full_name) values ($1, $2, '$argon2id$none', 'Asha Rao')`,
    [id, `${randomBytes(6).toString('hex')}@bank.example`],
  );
  await app.uow.run(ctx, (tx) => new AssignTenantRole().execute(tx, { userId: id, role }));
  return { id, as: requestContext({ ...ctx, actor: { type: 'user' as const, id } }) };
}
const customRole = (ctx: TenantContext, given: Partial<NewRole> = {}) =>
  app.uow.run(ctx, (tx) =>
    acts.saveRole.create(tx, { code: `r_${randomBytes(4).toString('hex')}`, name: 'Role', permissions: [], ...given }),
  );
const change = (ctx: TenantContext, userId: string, role: string) => app.uow.run(ctx, (tx) => acts.change.execute(tx, { userId, role }));
const suspend = (ctx: TenantContext, userId: string) => app.uow.run(ctx, (tx) => acts.suspend.execute(tx, { userId }));
const restore = (ctx: TenantContext, userId: string) => app.uow.run(ctx, (tx) => acts.restore.execute(tx, { userId }));
const remove = (ctx: TenantContext, userId: string) => app.uow.run(ctx, (tx) => acts.remove.execute(tx, { userId }));
const membership = async (ctx: TenantContext, userId: string) =>
  (await owner.dataSource.query('select role, status from tenant_user where tenant_id = $1 and user_id = $2', [ctx.tenantId, userId]))[0];
const actsOf = async (ctx: TenantContext): Promise<string[]> =>
  (await owner.dataSource.query('select act from audit_record where tenant_id = $1 order by number', [ctx.tenantId])).map(
    (row: { act: string }) => row.act,
  );
const adminsOf = async (ctx: TenantContext): Promise<number> =>
  (
    await owner.dataSource.query(
      `select count(*)::int as n from tenant_user where tenant_id = $1 and role = 'tenant_admin' and status = 'active'`,
      [ctx.tenantId],
    )
  )[0].n;

describe('people of a tenant', () => {
  it('get another role, are suspended, restored and removed; each act is recorded once', async () => {
    const ctx = await openTenant(app.uow);
    const admin = await person(ctx, 'tenant_admin');
    const { id } = await person(ctx, 'support');
    const session = await openSession(app.uow, id, ctx.tenantId);
    const alive = async (): Promise<boolean> =>
      (await owner.dataSource.query('select revoked_at from user_session where id = $1', [session]))[0].revoked_at === null;
    await change(admin.as, id, 'member');
    expect(await alive()).toBe(true);
    await change(admin.as, id, 'manager');
    expect(await alive()).toBe(false);
    await change(admin.as, id, 'manager');
    await suspend(admin.as, id);
    expect(await membership(ctx, id)).toEqual({ role: 'manager', status: 'suspended' });
    expect(await refusalOf(suspend(admin.as, id))).toBe('invalid_state');
    await restore(admin.as, id);
    expect(await refusalOf(restore(admin.as, id))).toBe('invalid_state');
    await remove(admin.as, id);
    expect(await membership(ctx, id)).toBeUndefined();
    expect(await refusalOf(remove(admin.as, id))).toBe('not_found');
    expect(await actsOf(ctx)).toEqual(['user.role_changed', 'user.role_changed', 'user.suspended', 'user.restored', 'user.removed']);
    expect(await refusalOf(change(admin.as, admin.id, 'no_such_role'))).toBe('validation_error');
  });

  it('keep their other tenants, and their sessions there, when one suspends them', async () => {
    const [ctx, other] = [await openTenant(app.uow), await openTenant(app.uow)];
    const admin = await person(ctx, 'tenant_admin');
    const { id } = await person(ctx, 'manager');
    await app.uow.run(other, (tx) => new AssignTenantRole().execute(tx, { userId: id, role: 'manager' }));
    const [here, there] = [await openSession(app.uow, id, ctx.tenantId), await openSession(app.uow, id, other.tenantId)];
    await suspend(admin.as, id);
    const revoked = await owner.dataSource.query('select id from user_session where id = any ($1) and revoked_at is not null', [
      [here, there],
    ]);
    expect(revoked).toEqual([{ id: here }]);
    expect(await membership(other, id)).toEqual({ role: 'manager', status: 'active' });
  });

  it('are nobody to another tenant (TEN-07)', async () => {
    const [ctx, other] = [await openTenant(app.uow), await openTenant(app.uow)];
    const stranger = await person(other, 'tenant_admin');
    const { id } = await person(ctx, 'support');
    for (const act of [change(stranger.as, id, 'auditor'), suspend(stranger.as, id), restore(stranger.as, id), remove(stranger.as, id)])
      expect(await refusalOf(act)).toBe('not_found');
    const { users } = await app.uow.read(stranger.as, (tx) => new FindTenantUsers().list(tx, { limit: 100, offset: 0 }));
    expect(users.map((user) => user.id)).toEqual([stranger.id]);
    // Who left, or is suspended, has no say here any more, whatever they hold elsewhere.
    expect(await refusalOf(change({ ...ctx, actor: stranger.as.actor }, id, 'auditor'))).toBe('permission_denied');
  });

  it('are touched by nobody whom they outrank, and raise nobody above themselves', async () => {
    const ctx = await openTenant(app.uow);
    const admin = await person(ctx, 'tenant_admin');
    const role = await customRole(admin.as, { permissions: ['users:read', 'users:write', 'members:read'], rank: 70 });
    const lead = await person(ctx, role.code);
    const [manager, auditor, member] = [await person(ctx, 'manager'), await person(ctx, 'auditor'), await person(ctx, 'member')];
    for (const act of [suspend, restore, remove]) expect(await refusalOf(act(lead.as, manager.id))).toBe('permission_denied');
    expect(await refusalOf(change(lead.as, admin.id, 'member'))).toBe('permission_denied');
    expect(await refusalOf(change(lead.as, lead.id, 'manager'))).toBe('permission_denied');
    expect(await refusalOf(change(lead.as, lead.id, 'tenant_admin'))).toBe('permission_denied');
    expect(await refusalOf(change(lead.as, member.id, 'auditor'))).toBe('permission_denied'); // holds what the lead lacks
    await change(lead.as, auditor.id, 'member');
    await change(lead.as, member.id, role.code);
    await suspend(lead.as, member.id);
    expect(await refusalOf(change(member.as, lead.id, 'member'))).toBe('permission_denied');
    const client = requestContext({ ...ctx, actor: { type: 'client' as const, id: newId() } });
    expect(await refusalOf(change(client, member.id, 'member'))).toBe('permission_denied');
  });

  it('are found by a part of their name or address, by role and status', async () => {
    const ctx = await openTenant(app.uow);
    const [one, two] = [await person(ctx, 'tenant_admin'), await person(ctx, 'support')];
    await owner.dataSource.query(`update user_account set full_name = 'Zoe 100% Mehta' where id = $1`, [two.id]);
    await suspend(one.as, two.id);
    const found = async (filter: object): Promise<string[]> =>
      (await app.uow.read(ctx, (tx) => new FindTenantUsers().list(tx, { limit: 10, offset: 0, ...filter }))).users.map(({ id }) => id);
    expect(await found({})).toEqual([one.id, two.id]);
    expect(await found({ search: '0% m' })).toEqual([two.id]);
    expect(await found({ search: 'o_ 1' })).toEqual([]);
    expect(await found({ status: 'active' })).toEqual([one.id]);
    expect(await found({ role: 'support' })).toEqual([two.id]);
    expect(await found({ limit: 1, offset: 1 })).toEqual([two.id]);
  });
});

describe('the last admin', () => {
  it('stays: cannot be removed, suspended or demoted, not by themselves either', async () => {
    const ctx = await openTenant(app.uow);
    const [admin, parked] = [await person(ctx, 'tenant_admin'), await person(ctx, 'tenant_admin')];
    await suspend(admin.as, parked.id);
    const disabled = await person(ctx, 'tenant_admin');
    await owner.dataSource.query(`update user_account set status = 'disabled' where id = $1`, [disabled.id]);
    for (const act of [change(admin.as, admin.id, 'member'), suspend(admin.as, admin.id), remove(admin.as, admin.id)])
      expect(await refusalOf(act)).toBe('last_admin');
    await remove(admin.as, parked.id);
    await change(admin.as, (await person(ctx, 'member')).id, 'tenant_admin');
    await remove(admin.as, admin.id);
  });

  it('stays when all admins demote, suspend and remove each other at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const ctx = await openTenant(app.uow);
      const [one, two, three] = await Promise.all([1, 2, 3].map(() => person(ctx, 'tenant_admin')));
      const outcomes = await Promise.all(
        [
          change(one!.as, two!.id, 'member'),
          suspend(two!.as, three!.id),
          remove(three!.as, one!.id),
          change(two!.as, one!.id, 'support'),
          change(one!.as, one!.id, 'member'),
          remove(two!.as, two!.id),
        ].map(refusalOf),
      );
      expect(await adminsOf(ctx)).toBe(1);
      for (const outcome of outcomes) expect(['none', 'last_admin', 'permission_denied', 'not_found', 'invalid_state']).toContain(outcome);
    }
  });
});

describe('roles of a tenant', () => {
  it('are made, changed and deleted by who has all that they permit', async () => {
    const ctx = await openTenant(app.uow);
    const admin = await person(ctx, 'tenant_admin');
    const maker = await customRole(admin.as, { permissions: ['roles:read', 'roles:write', 'points:read'], rank: 30 });
    const clerk = await person(ctx, maker.code);
    const own = await customRole(clerk.as, { code: 'reader', permissions: ['points:read'] });
    expect(own).toMatchObject({ rank: 30, requiresMfa: true, description: null });
    expect(await refusalOf(customRole(clerk.as, { permissions: ['points:write'] }))).toBe('permission_denied');
    expect(await refusalOf(customRole(clerk.as, { permissions: [], rank: 31 }))).toBe('permission_denied');
    expect(await refusalOf(customRole(admin.as, { code: 'reader' }))).toBe('duplicate');
    expect(await refusalOf(customRole(admin.as, { code: 'manager' }))).toBe('duplicate');
    expect(await refusalOf(customRole(admin.as, { code: 'super_admin' }))).toBe('validation_error');
    const update = (as: TenantContext, id: string, given: object) =>
      app.uow.run(as, (tx) => acts.saveRole.update(tx, id, (known) => ({ ...known, ...given })));
    expect(await refusalOf(update(clerk.as, maker.id, { permissions: ['roles:write', 'users:write'] }))).toBe('permission_denied');
    expect(await refusalOf(update(clerk.as, maker.id, { rank: 40 }))).toBe('permission_denied');
    const above = await customRole(admin.as, { rank: 99 });
    expect(await refusalOf(update(clerk.as, above.id, { rank: 1 }))).toBe('permission_denied');
    expect(await refusalOf(app.uow.run(clerk.as, (tx) => acts.deleteRole.execute(tx, above)))).toBe('permission_denied');
    expect(await update(clerk.as, own.id, { name: 'Reader', permissions: [] })).toMatchObject({
      name: 'Reader',
      permissions: [],
      code: 'reader',
    });
    expect(await update(clerk.as, own.id, {})).toMatchObject({ name: 'Reader' });
    await app.uow.run(clerk.as, (tx) => acts.deleteRole.execute(tx, own));
    expect(await refusalOf(app.uow.run(admin.as, (tx) => acts.deleteRole.execute(tx, own)))).toBe('not_found');
    expect(await actsOf(ctx)).toEqual(['role.created', 'role.created', 'role.created', 'role.changed', 'role.deleted']);
  });

  it('are not deleted while somebody has them, however close in time', async () => {
    const ctx = await openTenant(app.uow);
    const admin = await person(ctx, 'tenant_admin');
    for (let round = 0; round < 10; round++) {
      const role = await customRole(admin.as);
      const { id } = await person(ctx, 'member');
      const [given, deleted] = await Promise.all([
        refusalOf(change(admin.as, id, role.code)),
        refusalOf(app.uow.run(admin.as, (tx) => acts.deleteRole.execute(tx, role))),
      ]);
      expect([
        ['none', 'role_in_use'],
        ['validation_error', 'none'],
      ]).toContainEqual([given, deleted]);
    }
  });

  it('are the tenant’s own: another one neither sees, gives nor changes them', async () => {
    const [ctx, other] = [await openTenant(app.uow), await openTenant(app.uow)];
    const [admin, stranger] = [await person(ctx, 'tenant_admin'), await person(other, 'tenant_admin')];
    const role = await customRole(admin.as, { code: 'teller' });
    const { id } = await person(other, 'member');
    expect(await refusalOf(change(stranger.as, id, 'teller'))).toBe('validation_error');
    expect(await refusalOf(app.uow.run(stranger.as, (tx) => acts.saveRole.update(tx, role.id, (known) => known)))).toBe('not_found');
    expect(await refusalOf(app.uow.run(stranger.as, (tx) => acts.deleteRole.execute(tx, role)))).toBe('not_found');
    expect(await app.uow.read(stranger.as, (tx) => new FindRoles().list(tx, { limit: 10, offset: 0 }))).toEqual({ roles: [], total: 0 });
    expect(await refusalOf(app.uow.read(stranger.as, (tx) => new FindRoles().byId(tx, role.id)))).toBe('not_found');
    const [row] = await app.uow.read(
      admin.as,
      async (tx) => (await new FindRoles().list(tx, { limit: 10, offset: 0, search: 'TELL' })).roles,
    );
    expect(row).toMatchObject({ id: role.id, people: 0 });
    // The schema refuses it too.
    await expect(app.uow.run(other, (tx) => new AssignTenantRole().execute(tx, { userId: id, role: 'teller' }))).rejects.toThrow(
      /tenant_user_custom_role_fkey/,
    );
  });

  it('are offered to give up to the caller’s own rank, without permissions that they lack', async () => {
    const ctx = await openTenant(app.uow);
    const admin = await person(ctx, 'tenant_admin');
    const lead = await customRole(admin.as, { code: 'lead', permissions: ['users:write', 'members:read'], rank: 70 });
    await customRole(admin.as, { code: 'peer', permissions: ['members:read'], rank: 70 });
    await customRole(admin.as, { code: 'boss', permissions: [], rank: 71 });
    await customRole(admin.as, { code: 'payer', permissions: ['points:write'], rank: 5 });
    const offered = async (as: TenantContext): Promise<string[]> =>
      (await app.uow.read(as, (tx) => new FindAssignableRoles(powers).list(tx))).map(({ code }) => code);
    expect(await offered((await person(ctx, lead.code)).as)).toEqual(['lead', 'peer', 'member']);
    expect(await offered(admin.as)).toEqual(['tenant_admin', 'manager', 'boss', 'lead', 'peer', 'support', 'auditor', 'member', 'payer']);
    expect(await offered((await person(ctx, 'member')).as)).toEqual(['member']);
    expect(await refusalOf(offered(requestContext({ ...ctx, actor: { type: 'user' as const, id: newId() } })))).toBe('permission_denied');
  });
});
