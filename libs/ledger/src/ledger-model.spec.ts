import fc from 'fast-check';
import { bookTrial } from '../../../test/support/ledger-book-trial.js';
import { histories } from '../../../test/support/ledger-histories.js';
import { compareWithModel } from '../../../test/support/ledger-trial.js';

const COMMANDS = 100_000;
const seed = Number(process.env.LEDGER_SEED ?? Date.now() % 2 ** 31);

test(`the decision agrees with the model on ${COMMANDS} commands (LED-07), seed ${seed}`, async () => {
  let commands = 0;
  for (let round = 0; commands < COMMANDS; round++) {
    await fc.assert(
      fc.asyncProperty(histories(40), async (steps) => {
        const { book, trial } = bookTrial();
        commands += (await compareWithModel(trial, steps)).commands;
        book.audit();
      }),
      { seed: seed + round, numRuns: 100 },
    );
  }
}, 600_000);
