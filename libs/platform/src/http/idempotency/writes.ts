import { Injectable } from '@nestjs/common';
import { DomainError, type PlatformContext, type RequestContext, type TenantContext } from '@tallystick/kernel';
import { Keyring } from '../../crypto/keyring.js';
import type { WriteTx } from '../../persistence/transaction.js';
import { UnitOfWork } from '../../persistence/unit-of-work.js';
import type { Answer, SealedAnswer } from '../answer.js';
import type { WriteRequest } from '../request.js';
import { GroupedWrites } from './grouped-writes.js';
import { claimKeys, storeAnswers, type KeyedRequest } from './key-store.js';
import { isKept, keyedRequest, seal, settled } from './outcome.js';
import { isEncrypted, decryptAnswer, encryptAnswer } from './secret-answer.js';

type Work<Ctx extends RequestContext> = (tx: WriteTx<Ctx>) => Promise<Answer>;

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
    return this.unitOfWork.run(ctx, (tx) => this.perform(tx, request, work));
  }

  /** The same for a person of the platform, whose keys are their own and of no tenant. */
  platform(ctx: PlatformContext, request: WriteRequest, work: (tx: WriteTx<PlatformContext>) => Promise<Answer>): Promise<SealedAnswer> {
    return this.unitOfWork.platform(ctx, (tx) => this.perform(tx, request, work));
  }

  /** Lets the writes of many callers share a transaction: for the few operations that carry the load, made once by their controller. */
  group<Input, Outcome>(operation: (tx: WriteTx<TenantContext>, inputs: Input[]) => Promise<Outcome[]>): GroupedWrites<Input, Outcome> {
    return new GroupedWrites(this.unitOfWork, operation);
  }

  private async perform<Ctx extends RequestContext>(tx: WriteTx<Ctx>, request: WriteRequest, work: Work<Ctx>): Promise<SealedAnswer> {
    const keyed = keyedRequest(tx.ctx, request);
    return keyed ? this.runOnce(tx, request, keyed, work) : seal(request, await work(tx));
  }

  private async runOnce<Ctx extends RequestContext>(
    tx: WriteTx<Ctx>,
    request: WriteRequest,
    keyed: KeyedRequest,
    work: Work<Ctx>,
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
