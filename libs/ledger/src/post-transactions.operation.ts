import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import type { LedgerCommand } from './commands.js';
import { decide } from './decide.policy.js';
import { loadState } from './load-state.query.js';
import type { Verdict } from './verdicts.js';
import { writeEffects } from './write-effects.js';

/**
 * The only way value moves: locks and reads, decides, writes, in the caller's transaction. A single post is a list of one.
 * Each command gets its own verdict; a refused one leaves nothing behind and does not disturb the others.
 */
@Injectable()
export class PostTransactions {
  async execute(tx: WriteTx<TenantContext>, commands: readonly LedgerCommand[]): Promise<Verdict[]> {
    if (commands.length === 0) return [];
    const { state, now } = await loadState(tx, commands);
    const { verdicts, effects } = decide(state, commands, now, newId);
    await writeEffects(tx, effects, now);
    return verdicts;
  }
}
