import { DecideRule } from './decide-rule.operation.js';
import { FindRules } from './find-rules.query.js';
import { SaveRule } from './save-rule.operation.js';
import { SimulateEarning } from './simulate-earning.query.js';

/** What is done with earning rules. */
export const RULES_OPERATIONS = [DecideRule, FindRules, SaveRule, SimulateEarning];
