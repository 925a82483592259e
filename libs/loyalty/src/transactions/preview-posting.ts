import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { InvalidState, type WriteTx } from '@tallystick/platform';
import { FindTransactions, type Explanation } from '../points/find-transactions.query.js';
import type { PostedOutcome } from '../points/posted-outcome.js';

/** Shows what a posting would do, by doing it and taking it back: a preview cannot say anything else than what would happen. */
@Injectable()
export class PreviewPosting {
  constructor(private readonly transactions: FindTransactions) {}

  /**
   * The explanation of what `work` would post: which lots, until when their points last, what would be owed. Nothing of it stays, neither
   * events nor acts; its ids are of nothing. Throws what `work` throws.
   */
  async of(tx: WriteTx<TenantContext>, work: () => Promise<PostedOutcome>): Promise<Explanation> {
    const curtain = InvalidState.with({ message: 'The rehearsal is over' });
    const seen: Explanation[] = [];
    const result = await tx.attempt(async () => {
      const { shown } = await work();
      seen.push(await this.transactions.explain(tx, shown.id));
      throw curtain;
    });
    if (result !== curtain) throw result;
    return seen[0]!;
  }
}
