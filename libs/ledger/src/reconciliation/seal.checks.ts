import { GENESIS } from '../seals/seal.policy.js';
import { FIRST_NUMBER } from '../write-effects.js';
import type { CheckGroup } from './check.js';

/** Seals against each other. Whether they fit the entries under them is for the verifier to say: that takes all hashes again. */
export const SEAL_CHECKS: CheckGroup = {
  checks: [
    {
      name: 'seals',
      promise: 'Seals follow each other without a gap, each on the chain value of the one before.',
      sql: `select number as subject, 'seal ' || number_before + 1 || ' from transaction ' || transaction_before + 1 || ' on ' || encode(chain_before, 'hex') as expected,
        'seal ' || number || ' from transaction ' || first_transaction || ' on ' || encode(previous_chain, 'hex') as found
      from (
        select number, first_transaction, previous_chain, lag(number, 1, 0::bigint) over w as number_before,
          lag(last_transaction, 1, ${FIRST_NUMBER}::bigint) over w as transaction_before, lag(chain, 1, '\\x${GENESIS}'::bytea) over w as chain_before
        from ledger_seal where tenant_id = $1 window w as (order by number)
      ) s where number <> number_before + 1 or first_transaction <> transaction_before + 1 or previous_chain <> chain_before`,
    },
  ],
};
