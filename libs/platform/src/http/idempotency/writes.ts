import { Injectable } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { Keyring } from '../../crypto/keyring.js';
import type { WriteTx } from '../../persistence/transaction.js';
import { UnitOfWork } from '../../persistence/unit-of-work.js';
import type { Answer, SealedAnswer } from '../answer.js';
import type { WriteRequest } from '../request.js';
import { GroupedWrites } from './grouped-writes.js';
import { claimKeys, storeAnswers, type KeyedRequest } from './key-store.js';
import { isKept, keyedRequest, seal, settled } from './outcome.js';
import { isEncrypted, decryptAnswer, encryptAnswer } from './secret-answer.js';

/** How controllers write: each write under its idempotency key, whose answer is kept in the transaction of the work (C5, IDM-01 to 09). */
@Injectable()
export class Writes {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Runs `work` in a transaction of its own and seals what it says. A refusal that `work` throws is undone, kept under the key and answered
   * again on a repeat. Throws `idempotency_in_progress` while another request holds the key, `idempotency_key_reused` on other content.
   */
  run(ctx: TenantContext, request: WriteRequest, work: (tx: WriteTx<TenantContext>) => Promise<Answer>): Promise<SealedAnswer> {
    const keyed = keyedRequest(ctx, request);
    return this.unitOfWork.run(ctx, async (tx) => (keyed ? this.runOnce(tx, request, keyed, work) : seal(request, await work(tx))));
  }

  /** Lets the writes of many callers share a transaction: for the few operations that carry the load, made once by their controller. */
  group<Input, Outcome>(operation: (tx: WriteTx<TenantContext>, inputs: Input[]) => Promise<Outcome[]>): GroupedWrites<Input, Outcome> {
    return new GroupedWrites(this.unitOfWork, operation);
  }

  private async runOnce(
    tx: WriteTx<TenantContext>,
    request: WriteRequest,
    keyed: KeyedRequest,
    work: (tx: WriteTx<TenantContext>) => Promise<Answer>,
  ): Promise<SealedAnswer> {
    const [claim] = await claimKeys(tx, [keyed]);
    if (claim !== 'fresh') {
      const answer = settled(claim!);
      if (answer instanceof DomainError) throw answer;
      return isEncrypted(answer) ? decryptAnswer(this.keyring, tx.ctx, keyed, answer) : answer;
    }
    const said = await tx.attempt(() => work(tx));
    if (said instanceof DomainError && !isKept(said)) throw said;
    const answer = seal(request, said);
    const kept = 'secret' in said && said.secret ? encryptAnswer(this.keyring, tx.ctx, keyed, answer) : answer;
    await storeAnswers(tx, [{ request: keyed, answer: kept }]);
    return answer;
  }
}
