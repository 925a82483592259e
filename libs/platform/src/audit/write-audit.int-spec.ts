import { requestContext, newId, DomainError, type RequestContext } from '@tallystick/kernel';
import { CHAIN_START, NotFound, chainHash, defineAct, readAuditRow, type StoredAct, type UnitOfWork } from '@tallystick/platform';
import pg from 'pg';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';

const DoorOpened = defineAct({ name: 'door.opened', description: 'A door was opened' });
const DoorShut = defineAct({ name: 'door.shut', description: 'A door was shut' });

let database: TestDatabase;
let owner: pg.Client;
let uow: UnitOfWork;
let close: () => Promise<void>;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
});
afterAll(async () => {
  await close();
  await owner.end();
  await database.close();
});

const contextOf = (tenantId: string) =>
  requestContext({
    tenantId,
    actor: { type: 'user' as const, id: newId() },
    requestId: 'req-0001',
    origin: { address: '192.0.2.7', userAgent: 'curl/8 ü' },
  });
const platformContext = requestContext({ tenantId: null, actor: { type: 'system' as const, id: 'test' }, requestId: 'req-0002' });
const rowsOf = async (tenantId: string) =>
  (await owner.query<StoredAct>('select * from audit_record where tenant_id = $1 order by number', [tenantId])).rows;

describe('tx.audit (AUD-01, AUD-02)', () => {
  it('records who, from where, under which request, on what, before and after, in the transaction of the change', async () => {
    const ctx = contextOf(newId());
    await uow.run(ctx, async (tx) => {
      tx.audit(DoorOpened, {
        target: { type: 'door', id: 'd1' },
        before: { open: false },
        after: { open: true, b: [1, '2'] },
        onBehalfOf: 'somebody',
      });
      tx.audit(DoorShut, { target: { type: 'door', id: 'd2' }, outcome: 'refused' });
      return Promise.resolve();
    });
    const rows = await rowsOf(ctx.tenantId);
    expect(rows).toEqual([
      expect.objectContaining({
        tenant_id: ctx.tenantId,
        number: '1',
        act: 'door.opened',
        actor_type: 'user',
        actor_id: ctx.actor.id,
        on_behalf_of: 'somebody',
        target_type: 'door',
        target_id: 'd1',
        before: { open: false },
        after: { open: true, b: [1, '2'] },
        outcome: 'success',
        address: '192.0.2.7',
        user_agent: 'curl/8 ü',
        request_id: 'req-0001',
      }),
      expect.objectContaining({ number: '2', act: 'door.shut', before: null, after: null, on_behalf_of: null, outcome: 'refused' }),
    ]);
    expect(Math.abs(Date.now() - rows[0]!.recorded_at.getTime())).toBeLessThan(60_000);
  });

  it('records nothing when the transaction does not commit, nor what an attempt took back', async () => {
    const ctx = contextOf(newId());
    const failing = uow.run(ctx, (tx) => {
      tx.audit(DoorOpened);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await rowsOf(ctx.tenantId)).toEqual([]);
    await uow.run(ctx, async (tx) => {
      const refused = await tx.attempt(async () => {
        tx.audit(DoorOpened);
        throw await Promise.resolve(NotFound.with());
      });
      expect(refused).toBeInstanceOf(DomainError);
      tx.audit(DoorShut);
    });
    expect((await rowsOf(ctx.tenantId)).map(({ number, act }) => [number, act])).toEqual([['1', 'door.shut']]);
  });

  it('records also what text no column takes, in a form that one does', async () => {
    const ctx = contextOf(newId());
    const half = '\u{1D573}'.slice(0, 1);
    await uow.run(ctx, (tx) =>
      Promise.resolve(tx.audit(DoorOpened, { target: { type: 'door', id: `a${half}` }, after: { name: `\0${half}\u{1D573}` } })),
    );
    const [row] = await rowsOf(ctx.tenantId);
    expect(row).toMatchObject({ target_id: 'a\u{FFFD}', after: { name: '\u{FFFD}\u{FFFD}\u{1D573}' } });
    expect(row!.hash).toEqual(chainHash(CHAIN_START, readAuditRow(row!)));
  });

  it('numbers without a gap and chains each row to the one before, also under many writers at once', async () => {
    const ctx = contextOf(newId());
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        uow.run(ctx, async (tx) => {
          for (let n = 0; n <= i % 3; n++) tx.audit(DoorOpened, { target: { type: 'door', id: `${i}/${n}` } });
          return Promise.resolve();
        }),
      ),
    );
    const rows = await rowsOf(ctx.tenantId);
    expect(rows.map((row) => Number(row.number))).toEqual(Array.from({ length: rows.length }, (_, i) => i + 1));
    let previous: Buffer = CHAIN_START;
    for (const row of rows) {
      previous = chainHash(previous, readAuditRow(row));
      expect(row.hash).toEqual(previous);
    }
    const head = await owner.query('select number, hash from audit_head where tenant_id = $1', [ctx.tenantId]);
    expect(head.rows).toEqual([{ number: String(rows.length), hash: previous }]);
  });

  it("writes work without a tenant to the platform's trail, which work of a tenant does not see", async () => {
    await uow.platform(platformContext, async (tx) => Promise.resolve(tx.audit(DoorOpened, { after: { here: true } })));
    const { rows } = await owner.query<StoredAct>('select * from platform_audit_record order by number');
    expect(rows).toEqual([
      expect.objectContaining({ number: '1', act: 'door.opened', actor_id: 'test', address: null, after: { here: true } }),
    ]);
    expect(rows[0]!.hash).toEqual(chainHash(CHAIN_START, readAuditRow(rows[0]!)));
    const count = (ctx: RequestContext) =>
      uow.read(ctx, async (tx) => (await tx.query<{ n: string }>('select count(*) as n from platform_audit_record'))[0]!.n);
    expect([await count(platformContext), await count(contextOf(newId()))]).toEqual(['1', '0']);
  });
});

describe('the trail (AUD-03)', () => {
  it('lets the apps add and read, and lets nobody change, remove or empty, not even the owner', async () => {
    const ctx = contextOf(newId());
    await uow.run(ctx, async (tx) => Promise.resolve(tx.audit(DoorOpened)));
    await uow.platform(platformContext, async (tx) => Promise.resolve(tx.audit(DoorOpened)));
    for (const [table, context] of [
      ['audit_record', ctx],
      ['platform_audit_record', platformContext],
    ] as const) {
      for (const statement of [`update ${table} set act = 'x.y'`, `delete from ${table}`, `truncate ${table}`]) {
        const asApp = attempt(context, statement);
        await expect(asApp).rejects.toThrow(/permission denied/);
        await expect(owner.query(statement)).rejects.toThrow(/is append-only/);
      }
    }
  });
});

const attempt = (context: RequestContext, statement: string): Promise<unknown> =>
  context.tenantId === null
    ? uow.platform(platformContext, (tx) => tx.query(statement))
    : uow.run({ ...context, tenantId: context.tenantId }, (tx) => tx.query(statement));
