import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, newId, requestContext, type TenantContext } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import type { DataSource } from 'typeorm';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { CreateOrganization, CreateTenant, FindTenant, tenancyEntities, TenantDirectory, type NewTenant } from './index.js';

const contextOf = (tenantId: string): TenantContext =>
  requestContext({ tenantId, actor: { type: 'system', id: 'test' }, requestId: 'tenancy-test' });

describe('tenancy', () => {
  let database: TestDatabase;
  let app: { uow: UnitOfWork; dataSource: DataSource; close(): Promise<void> };
  let owner: { dataSource: DataSource; close(): Promise<void> };
  let organizationId: string;

  const create = async (given: Partial<NewTenant> = {}): Promise<TenantContext> => {
    const ctx = contextOf(newId());
    const tenant = {
      organizationId,
      slug: `t-${newId().slice(-12)}`,
      name: 'Bank',
      mode: 'live',
      timezone: 'Asia/Kolkata',
      currency: 'INR',
    } as const;
    await app.uow.run(ctx, (tx) => new CreateTenant().execute(tx, { ...tenant, ...given }));
    return ctx;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await openUnitOfWork(database.appUrl, { entities: tenancyEntities });
    owner = await openUnitOfWork(database.ownerUrl);
    organizationId = await app.uow.run(contextOf(newId()), (tx) => new CreateOrganization().execute(tx, { name: 'Bank' }));
  });
  afterAll(async () => {
    await app?.close();
    await owner?.close();
    await database?.close();
  });

  it('opens a tenant under the id of the context, and finds no other (TEN-03)', async () => {
    const [one, two] = [await create({ slug: 'one' }), await create({ slug: 'two', mode: 'sandbox' })];
    const found = await app.uow.read(one, (tx) => new FindTenant().find(tx));
    expect(found).toMatchObject({
      id: one.tenantId,
      organizationId,
      slug: 'one',
      mode: 'live',
      status: 'active',
      clockOffsetMs: 0,
      currency: 'INR',
    });
    expect(await app.uow.read(two, (tx) => tx.query('select slug from tenant'))).toEqual([{ slug: 'two' }]);
    expect(await app.uow.read(contextOf(newId()), (tx) => new FindTenant().find(tx))).toBeNull();
  });

  it.each([
    ['a taken slug', { slug: 'taken' }, 'duplicate', 'slug'],
    ['an unknown zone', { timezone: 'Asia/Nowhere' }, 'validation_error', 'timezone'],
    ['an offset instead of a zone', { timezone: '+05:30' }, 'validation_error', 'timezone'],
    ['an unknown currency', { currency: 'XXZ' }, 'validation_error', 'currency'],
  ])('refuses %s', async (_, given, code, field) => {
    await create({ slug: 'taken' }).catch(() => undefined);
    const refusal = (await create(given).catch((error: unknown) => error)) as DomainError;
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal.definition.code).toBe(code);
    expect(Object.keys(refusal.details.errors ?? {})).toEqual([field]);
  });

  it('tells a suspension and a moved clock to every process within a second (OAU-05)', async () => {
    const { tenantId } = await create({ mode: 'sandbox' });
    const directories = [1, 2].map(() => new TenantDirectory(app.uow, new FindTenant()));
    for (const directory of directories) expect(await directory.get(tenantId)).toMatchObject({ status: 'active', clockOffsetMs: 0 });
    await owner.dataSource.query(`update tenant set status = 'suspended', clock_offset_ms = 86400000 where id = $1`, [tenantId]);
    await sleep(900);
    for (const directory of directories)
      expect(await directory.get(tenantId)).toMatchObject({ status: 'suspended', clockOffsetMs: 86_400_000 });
  });

  it('asks the database once for many requests that come together', async () => {
    const { tenantId } = await create();
    const read = jest.spyOn(app.uow, 'read');
    const directory = new TenantDirectory(app.uow, new FindTenant());
    await Promise.all(Array.from({ length: 50 }, () => directory.get(tenantId)));
    expect(read).toHaveBeenCalledTimes(1);
    read.mockRestore();
  });
});
