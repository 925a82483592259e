import { Reconcile } from '@tallystick/ledger';
import type { UnitOfWork } from '@tallystick/platform';
import fc from 'fast-check';
import { createTestDatabase, openUnitOfWork, type TestDatabase } from '../../../test/support/database.js';
import { databaseTrial } from '../../../test/support/ledger-database-trial.js';
import { histories } from '../../../test/support/ledger-histories.js';
import { compareWithModel } from '../../../test/support/ledger-trial.js';
import { brokenInvariants } from '../../../test/support/ledger-invariants.js';

const COMMANDS = 10_000;
const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 2 ** 31);
let database: TestDatabase;
let uow: UnitOfWork;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ uow, close } = await openUnitOfWork(database.appUrl));
});
afterAll(async () => {
  await close();
  await database.close();
});

test(`the ledger on PostgreSQL agrees with the model on ${COMMANDS} commands (LED-07, C11.1), seed ${seed}`, async () => {
  let commands = 0;
  for (let round = 0; commands < COMMANDS; round++) {
    await fc.assert(
      fc.asyncProperty(histories(40), async (steps) => {
        const { trial, ctx } = await databaseTrial(uow, database.ownerUrl);
        commands += (await compareWithModel(trial, steps)).commands;
        expect(await brokenInvariants(uow, ctx)).toEqual([]);
        expect((await uow.read(ctx, (tx) => new Reconcile().execute(tx))).differences).toEqual([]);
      }),
      { seed: seed + round, numRuns: 10, endOnFailure: false, interruptAfterTimeLimit: 60_000 },
    );
  }
}, 600_000);
