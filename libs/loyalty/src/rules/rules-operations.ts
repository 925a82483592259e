import { DecideRule } from './decide-rule.operation.js';
import { FindRules } from './find-rules.query.js';
import { FindReplays } from './replay/find-replays.query.js';
import { ReplayRule } from './replay/replay-rule.js';
import { StartReplay } from './replay/start-replay.operation.js';
import { SaveRule } from './save-rule.operation.js';
import { SimulateEarning } from './simulate-earning.query.js';

/** What is done with earning rules. */
export const RULES_OPERATIONS = [DecideRule, FindReplays, FindRules, ReplayRule, SaveRule, SimulateEarning, StartReplay];
