import { newId } from '@tallystick/kernel';
import type { UnitOfWork } from '@tallystick/platform';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../../test/support/database.js';
import { filesFixture, type FilesFixture } from '../../../../test/support/files.js';
import { loyaltyFixture, purchaseItem, type LoyaltyFixture } from '../../../../test/support/loyalty.js';
import { orderToForget } from '../members/forget-erased.js';
import { SaveAttributeDefinition } from '../attributes/save-attribute-definition.operation.js';
import { RemoveOldFiles } from './remove-old-files.operation.js';
import type { WorkChunk } from './work-chunk.operation.js';

let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;
let loyalty: LoyaltyFixture;
let files: FilesFixture;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
});
beforeEach(async () => {
  loyalty = await loyaltyFixture(uow, database.ownerUrl);
  files = await filesFixture(loyalty);
});
afterEach(() => files.close());
afterAll(async () => {
  await close();
  await database.close();
});

const balanceOf = async (reference: string): Promise<number> => {
  const member = await uow.read(loyalty.ctx, (tx) => loyalty.room.findMembers.byReference(tx, reference));
  return member.wallets[0]!.balance;
};
const HEADER = 'id,type,member_reference,amount,currency,occurred_at,original_id';
const csv = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');
const purchases = (count: number, prefix = 'p'): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n},purchase,m-${n % 10},10.50,USD,2026-03-31T10:00:00Z,`);
const counts = ({ status, rowsTotal, rowsDone, accepted, duplicates, rejected, points }: Awaited<ReturnType<FilesFixture['find']>>) => ({
  status,
  rows: [rowsTotal, rowsDone],
  verdicts: [accepted, duplicates, rejected],
  points,
});

describe('a file of purchases and refunds', () => {
  it('does what its rows say, each with a verdict', async () => {
    const file = await files.work(
      csv(
        'a-1,purchase,anna,"1,00,000.50",USD,31.3.,',
        'a-2,purchase,anna,300.00,USD,2026-03-31,',
        'a-3,refund,anna,100,USD,,a-2',
        'a-4,refund,anna,1,USD,,',
      ),
    );
    expect(counts(file)).toEqual({ status: 'completed', rows: [4, 4], verdicts: [2, 0, 2], points: '200' });
    expect((await files.result(file)).map(({ line, key, status, points, column }) => [line, key, status, points, column])).toEqual([
      ['2', 'a-1', 'rejected', '0', 'occurred_at'],
      ['3', 'a-2', 'accepted', '300', ''],
      ['4', 'a-3', 'accepted', '-100', ''],
      ['5', 'a-4', 'rejected', '0', 'original_id'],
    ]);
    expect(await balanceOf('anna')).toBe(200);
    expect(await files.store.read({ tenantId: loyalty.ctx.tenantId, area: 'imports' }, `${file.id}.csv`)).toBeUndefined();
  });

  it('counts a row once that is also in a batch of the API, whichever comes first (C5.6)', async () => {
    const items = ['c-1', 'c-2'].map((id) => purchaseItem(id, 'carl', '10.50', { occurred_at: '2026-03-31T10:00:00.000Z' }));
    const rows = (...ids: string[]): string => csv(...ids.map((id) => `${id},purchase,carl,10.5,USD,2026-03-31T10:00:00Z,`));
    await loyalty.batch('b-1', [items[0]!]);
    const file = await files.work(rows('c-1', 'c-2', 'c-2'));
    expect(counts(file)).toMatchObject({ verdicts: [1, 2, 0], points: '10' });
    expect((await loyalty.batch('b-2', items)).items.map(({ status }) => status)).toEqual(['duplicate', 'duplicate']);
    const changed = await files.work(csv('c-1,purchase,carl,99.00,USD,,'));
    expect(await files.result(changed)).toMatchObject([{ status: 'duplicate', code: 'idempotency_key_reused' }]);
    expect(await balanceOf('carl')).toBe(20);
  });

  it('gives back the rejected rows, which count when they come back corrected (FIL-04)', async () => {
    const good = purchases(97);
    const bad = ['x-1,purchase,=cmd(),1e3,USD,,', 'x-2,purchase,dora,5,EUR,,', 'x-3,purchase,"do, ra",5,USD'];
    const file = await files.work(csv(...good, ...bad));
    expect(counts(file)).toMatchObject({ verdicts: [97, 0, 3] });
    const rejected = await files.rejected(file);
    expect(rejected.split('\r\n')).toEqual([
      `${HEADER},error_line,error_column,error_code,error_reason`,
      `x-1,purchase,'=cmd(),1e3,USD,,,99,amount,validation_error,"Must be a decimal number as 1250.00 or 1,250.00."`,
      expect.stringMatching(/^x-2,purchase,dora,5,EUR,,,100,currency,validation_error,/),
      expect.stringMatching(/^"x-3,purchase,""do, ra"",5,USD",,,,,,,101,,validation_error,/),
      '',
    ]);
    const corrected = rejected
      .replace('1e3', '1000')
      .replace('EUR', 'USD')
      .replace(/"x-3.*USD",{7}/, 'x-3,purchase,"do, ra",5,USD,,,');
    expect(counts(await files.work(corrected))).toMatchObject({ verdicts: [3, 0, 0], points: '1010' });
    expect(await balanceOf('=cmd()')).toBe(1_000);
  });

  it('goes on after the last row that counted when a worker is killed at any moment (FIL-02)', async () => {
    const { id } = await files.receive(csv(...purchases(1_250)));
    const { workChunk } = files;
    let calls = 0;
    const killed = (when: 'before' | 'after') =>
      ({
        execute: async (tx, chunk) => {
          if (++calls % 2 === 0 && when === 'before') throw new Error('killed');
          const after = await workChunk.execute(tx, chunk);
          if (calls % 2 === 0) throw new Error('killed');
          return after;
        },
      }) as WorkChunk;
    await expect(files.worker(killed('after')).run(loyalty.ctx)).rejects.toThrow('killed');
    expect(counts(await files.find(id))).toMatchObject({ status: 'processing', rows: [1_250, 250] });
    await expect(files.worker(killed('before')).run(loyalty.ctx)).rejects.toThrow('killed');
    expect(counts(await files.find(id))).toMatchObject({ rows: [1_250, 500] });
    await Promise.all([files.worker().run(loyalty.ctx), files.worker().run(loyalty.ctx)]);
    const file = await files.find(id);
    expect(counts(file)).toEqual({ status: 'completed', rows: [1_250, 1_250], verdicts: [1_250, 0, 0], points: '12500' });
    const lines = (await files.result(file)).map(({ line }) => Number(line));
    expect(lines).toEqual(Array.from({ length: 1_250 }, (_, n) => n + 2));
  });

  it('is taken once by content and once by name, and again when it was refused as a whole (C10.7)', async () => {
    const first = await files.receive(csv(...purchases(2)), { name: 'march.csv' });
    const refusal = { definition: { code: 'file_already_received' }, details: { errors: { file_id: first.id } } };
    await expect(files.receive(csv(...purchases(2)))).rejects.toMatchObject(refusal);
    await expect(files.receive(csv(...purchases(3)), { name: 'march.csv' })).rejects.toMatchObject(refusal);
    expect(await files.receive(csv(...purchases(2)), { validateOnly: true })).toMatchObject({ validateOnly: true });
    await files.worker().run(loyalty.ctx);
    await expect(files.receive(csv(...purchases(2)))).rejects.toMatchObject(refusal);
    const wrong = await files.work('id,amount\n1,2\n', { name: 'april.csv' });
    expect(wrong).toMatchObject({ status: 'refused', code: 'wrong_columns' });
    expect(await files.work('id,amount\n1,2\n', { name: 'april.csv' })).toMatchObject({ status: 'refused' });
  });

  it('counts nothing in a trial run, and says what would become of each row', async () => {
    await loyalty.batch('t-1', [purchaseItem('t-1', 'tara', '5.00')]);
    const rows = csv('t-1,purchase,tara,5.00,USD,,', 't-2,purchase,tara,7.00,USD,,', 't-3,purchase,tara,,USD,,');
    const trial = await files.work(rows, { validateOnly: true });
    expect(counts(trial)).toMatchObject({ status: 'completed', verdicts: [1, 1, 1], points: '7' });
    expect(await balanceOf('tara')).toBe(5);
    expect(counts(await files.work(rows))).toMatchObject({ verdicts: [1, 1, 1] });
    expect(await balanceOf('tara')).toBe(12);
  });

  it('stops when it is told to, and keeps what counted', async () => {
    const { id } = await files.receive(csv(...purchases(750)));
    await files.worker().run(loyalty.ctx, 0);
    await files.worker().run(loyalty.ctx, 0);
    expect(await files.find(id)).toMatchObject({ status: 'processing', rowsDone: 250 });
    await files.cancel(id);
    await files.worker().run(loyalty.ctx);
    expect(await files.find(id)).toMatchObject({ status: 'cancelled', rowsDone: 250 });
    expect(await files.result({ id })).toHaveLength(250);
    await expect(files.cancel(id)).rejects.toMatchObject({ definition: { code: 'invalid_state' } });
  });
});

describe('a file of stated points', () => {
  it('shares its keys with earnings by the API, and reads points exactly', async () => {
    await loyalty.posted({
      kind: 'earn',
      source: { channel: 'api', requestId: 'r' },
      member: { reference: 'bela' },
      reference: 'w-1',
      earned: { points: 100 },
      mayEnroll: true,
    });
    const rows = ['w-1,bela,100,', 'w-2,bela,"1,250",welcome', 'w-3,bela,0.5,', 'w-4,bela,9007199254740993,', 'w-5,bela,(12),', 'w-6,,5,'];
    const file = await files.work(['id,member_reference,points,narration', ...rows].join('\r\n'), { type: 'BNS' });
    expect((await files.result(file)).map(({ status, column }) => [status, column])).toEqual([
      ['duplicate', ''],
      ['accepted', ''],
      ['rejected', 'points'],
      ['rejected', 'points'],
      ['rejected', 'points'],
      ['rejected', 'member_reference'],
    ]);
    expect(await balanceOf('bela')).toBe(1_350);
  });
});

describe('a file of profiles', () => {
  const attribute = { name: 'x', options: null, unique: false, mandatory: false, personal: false };
  const memberOf = (reference: string) => uow.read(loyalty.ctx, (tx) => loyalty.room.findMembers.byReference(tx, reference));

  it("enrolls who is new and changes who is known, by the tenant's attribute keys, in its own spelling", async () => {
    await uow.run(loyalty.ctx, async (tx) => {
      const save = new SaveAttributeDefinition();
      await save.create(tx, { ...attribute, code: 'pan', dataType: 'string', fileKey: 'PAN No', unique: true, personal: true });
      await save.create(tx, { ...attribute, code: 'score', dataType: 'number', fileKey: 'SCORE' });
      await save.create(tx, { ...attribute, code: 'grade', dataType: 'selection', options: ['gold', 'silver'], fileKey: 'GRADE' });
    });
    const file = await files.work(
      [
        'member_reference,full_name,email,phone_number,date_of_birth,status,PAN No,SCORE,GRADE',
        'anna,Asha Rao,asha@example.com,+919800000001,1990-04-23,,ABCPD1234F,"1,250.5",gold',
        'bela,Bela,,,,,ABCPD1234F,,',
        'carl,Carl,,98000,,,,,',
        'dora,Dora,,,,,,,bronze',
        'anna,,asha.rao@example.com,,,suspended,,7,',
      ].join('\n'),
      { type: 'CPD' },
    );
    expect((await files.result(file)).map(({ key, status, code, column }) => [key, status, code, column])).toEqual([
      ['anna', 'accepted', '', ''],
      ['bela', 'rejected', 'duplicate', 'PAN No'],
      ['carl', 'rejected', 'validation_error', 'phone_number'],
      ['dora', 'rejected', 'validation_error', 'GRADE'],
      ['anna', 'accepted', '', ''],
    ]);
    expect(await memberOf('anna')).toMatchObject({
      full_name: 'Asha Rao',
      email: 'asha.rao@example.com',
      phone_number: '+919800000001',
      date_of_birth: '1990-04-23',
      status: 'suspended',
      attributes: { pan: 'ABCPD1234F', score: 7, grade: 'gold' },
    });
    await expect(memberOf('bela')).rejects.toMatchObject({ definition: { code: 'not_found' } });
  });

  it('puts cards and accounts down to members, each once to each of them (A.3.5)', async () => {
    await files.work('member_reference,full_name\nanna,Asha\nbela,Bela\n', { type: 'CPD' });
    const rows = [
      'anna,4111 1111 1111 1234,0',
      'bela,0,50100012345678',
      'anna,4111-1111-1111-1234,',
      'bela,4111111111111234,',
      'anna,0,0',
      'nobody,1,',
    ];
    const file = await files.work(['member_reference,card,account', ...rows].join('\n'), { type: 'CRD' });
    expect((await files.result(file)).map(({ key, status, column }) => [key, status, column])).toEqual([
      ['anna', 'accepted', ''],
      ['bela', 'accepted', ''],
      ['anna', 'duplicate', ''],
      ['bela', 'accepted', ''],
      ['anna', 'rejected', 'card'],
      ['nobody', 'rejected', 'member_reference'],
    ]);
  });
});

describe('what lies there of a file', () => {
  const place = () => ({ tenantId: loyalty.ctx.tenantId, area: 'imports' });
  const lies = async (name: string): Promise<string> => (await files.store.read(place(), name))?.toString('latin1') ?? '';
  const erase = async (reference: string) => {
    const memberId = newId();
    await uow.run(loyalty.ctx, async (tx) => {
      await files.erased.remember(tx, reference);
      await tx.query(`update member set reference = 'gone:' || id where tenant_id = $1 and reference = $2`, [tx.ctx.tenantId, reference]);
    });
    const names = { ids: [memberId], references: [reference], since: new Date(0).toISOString() };
    await files.forget.run(loyalty.ctx, orderToForget(files.keyring, loyalty.ctx.tenantId, memberId, names));
  };
  const PEOPLE = 'member_reference,full_name,phone_number\nanna,Asha Rao,98000\n"bel,a",Bela,\nanna,Asha Rao,\n';

  it('is sealed with a key of its own, which goes with it', async () => {
    const { id } = await files.receive(PEOPLE, { type: 'CPD' });
    expect(await lies(`${id}.csv`)).not.toMatch(/anna|Asha/);
    await files.worker().run(loyalty.ctx);
    const file = await files.find(id);
    expect(await files.rejected(file)).toMatch(/^member_reference,.*\r\nanna,Asha Rao,98000,2,phone_number,/);
    for (const which of ['result', 'rejected']) expect(await lies(`${id}-${which}.csv`)).not.toMatch(/anna|Asha|reference/);
    await uow.run(loyalty.ctx, async (tx) => {
      await tx.query(`update file_import set finished_at = now() - interval '31 days' where tenant_id = $1 and id = $2`, [
        tx.ctx.tenantId,
        id,
      ]);
      expect(await new RemoveOldFiles(files.bytes).execute(tx, 10)).toBe(1);
    });
    expect([await files.find(id), await lies(`${id}-result.csv`)]).toEqual([expect.objectContaining({ sealedKey: null }), '']);
    await expect(files.result({ id })).rejects.toMatchObject({ definition: { code: 'not_found' } });
  });

  it('names nobody who was erased, also while it is worked off, and who is refused as erased is not written down (C9.3, C9.4)', async () => {
    const people = await files.work(PEOPLE, { type: 'CPD' });
    const long = await files.receive(csv(...purchases(600), 'x,purchase,anna,1e3,USD,,'), { name: 'long.csv' });
    for (let turn = 0; turn < 2; turn++) await files.worker().run(loyalty.ctx, 0);
    await erase('anna');
    expect((await files.result(people)).map(({ line, key, status }) => [line, key, status])).toEqual([
      ['2', '****', 'rejected'],
      ['3', 'bel,a', 'accepted'],
      ['4', '****', 'accepted'],
    ]);
    expect((await files.rejected(people)).split('\r\n')[1]).toMatch(/^\*{4},\*{8},\*{5},2,phone_number,validation_error,/);
    await files.worker().run(loyalty.ctx);
    expect(counts(await files.find(long.id))).toMatchObject({ status: 'completed', verdicts: [600, 0, 1] });
    expect(await files.result(long)).toHaveLength(601);
    for (const [type, content] of [
      ['CPD', 'member_reference,full_name\nanna,Asha Rao\n'],
      ['CRD', 'member_reference,card\nanna,4111111111111234\n'],
      ['BNS', 'id,member_reference,points\nb-1,anna,5\n'],
      ['TXN', csv('t-1,purchase,anna,5,USD,,')],
    ] as const) {
      const file = await files.work(content, { type });
      expect(await files.result(file)).toMatchObject([{ line: '2', status: 'rejected', code: 'erased' }]);
      const said = `${await files.rejected(file)}${JSON.stringify(await files.result(file))}`;
      expect(said).not.toMatch(/anna|Asha|4111/);
    }
    await expect(balanceOf('anna')).rejects.toMatchObject({ definition: { code: 'not_found' } });
  });

  it('as it came, from before there were keys, is worked off and read so, and goes as a whole once somebody is erased', async () => {
    const { id } = await files.receive(PEOPLE, { type: 'CPD' });
    await files.store.write(place(), `${id}.csv`, Buffer.from(PEOPLE));
    await uow.run(loyalty.ctx, (tx) =>
      tx.query('update file_import set sealed_key = null where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]),
    );
    await files.worker().run(loyalty.ctx);
    expect((await files.result({ id })).map(({ status }) => status)).toEqual(['rejected', 'accepted', 'accepted']);
    expect(await lies(`${id}-rejected.csv`)).toContain('Asha Rao');
    await erase('anna');
    expect(await lies(`${id}-rejected.csv`)).toBe('');
    expect((await files.find(id)).removedAt).toEqual(expect.any(Date));
  });
});

describe('a hostile file (FIL-03)', () => {
  it('is read in spite of a byte order mark, mixed ends of lines, quoted lines and cells that are no rows', async () => {
    const long = 'x'.repeat(10_000_000);
    const file = await files.work(
      `\ufeff"id",member_reference,amount,currency\r\nh-1,"hu\ngo ""h""",5,USD\nh-2,hugo,${long},USD\n\r\nh-3,hugo,5\0,USD\r\nh-4,hu"go,5,USD\nh-5,"hugo,5,USD\nh-6,hugo,5,USD`,
    );
    expect((await files.result(file)).map(({ line, key, status }) => [line, key, status])).toEqual([
      ['2', 'h-1', 'accepted'],
      ['4', '', 'rejected'],
      ['6', '', 'rejected'],
      ['7', '', 'rejected'],
      ['8', '', 'rejected'],
      ['9', 'h-6', 'accepted'],
    ]);
    expect(await balanceOf('hu\ngo "h"')).toBe(5);
  });

  it.each([
    ['nothing', '', 'empty_file'],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'), 'not_text'],
    ['Latin-1', Buffer.from(csv('1,purchase,Größe,1,USD,,'), 'latin1'), 'not_text'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'not_text'],
    ['a column that is missing', 'id,member_reference,amount\n', 'wrong_columns'],
    ['a column twice', 'id,id,member_reference,amount,currency\n', 'wrong_columns'],
    ['a column that nothing knows', 'id,member_reference,amount,currency,iban\n', 'wrong_columns'],
    ['a header without an end', 'x'.repeat(200_000), 'wrong_columns'],
  ])('is refused as a whole for %s, before any row counts', async (_, content, code) => {
    expect(await files.work(content)).toMatchObject({ status: 'refused', code, reason: expect.stringMatching(/\.$/), rowsDone: 0 });
  });
});
