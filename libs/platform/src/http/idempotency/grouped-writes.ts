import { DomainError, type TenantContext } from '@tallystick/kernel';
import { GroupCommit } from '../../persistence/group-commit.js';
import type { WriteTx } from '../../persistence/transaction.js';
import type { UnitOfWork } from '../../persistence/unit-of-work.js';
import { IdempotencyKeyReused } from '../../platform.errors.js';
import { SealedAnswer, type Answer } from '../answer.js';
import type { WriteRequest } from '../request.js';
import { claimKeys, storeAnswers, type KeyedRequest } from './key-store.js';
import { isKept, keyedRequest, seal, settled } from './outcome.js';

/** Says one outcome to its caller. A refusal is returned, not thrown. */
export type Render<Outcome> = (outcome: Outcome) => Answer | DomainError;

interface Submission<Input, Outcome> {
  readonly request: WriteRequest;
  readonly keyed: KeyedRequest | undefined;
  readonly input: Input;
  readonly render: Render<Outcome>;
}

const nameOf = ({ actorId, key }: KeyedRequest): string => `${actorId} ${key}`;

/**
 * Writes of many callers in one transaction: the keys of a list are claimed together, the operation runs once for the fresh ones, and
 * their answers are kept together. A caller without a key costs no statement. The operation gives one outcome for each input, in order.
 */
export class GroupedWrites<Input, Outcome> {
  private readonly commits: GroupCommit<Submission<Input, Outcome>, SealedAnswer | DomainError>;

  constructor(
    unitOfWork: UnitOfWork,
    private readonly operation: (tx: WriteTx<TenantContext>, inputs: Input[]) => Promise<Outcome[]>,
  ) {
    this.commits = new GroupCommit(unitOfWork, (tx, list) => this.write(tx, list));
  }

  /** Answers after the commit that holds the work. Throws what `render` refuses when the request has no key to keep the refusal under. */
  async submit(ctx: TenantContext, request: WriteRequest, input: Input, render: Render<Outcome>): Promise<SealedAnswer> {
    const answer = await this.commits.submit(ctx, { request, keyed: keyedRequest(ctx, request), input, render });
    if (answer instanceof DomainError) throw answer;
    return answer;
  }

  private async write(tx: WriteTx<TenantContext>, list: Submission<Input, Outcome>[]): Promise<(SealedAnswer | DomainError)[]> {
    const leaders = new Map<string, Submission<Input, Outcome>>();
    for (const submission of list) {
      if (submission.keyed && !leaders.has(nameOf(submission.keyed))) leaders.set(nameOf(submission.keyed), submission);
    }
    const answers = await this.claim(tx, [...leaders.values()]);
    const fresh = list.filter(
      (submission) => !answers.has(submission) && (!submission.keyed || leaders.get(nameOf(submission.keyed)) === submission),
    );
    await this.perform(tx, fresh, answers);
    return list.map((submission) => answers.get(submission) ?? repeatOf(submission, leaders.get(nameOf(submission.keyed!))!, answers));
  }

  /** The answers of those whose key is taken already. */
  private async claim(tx: WriteTx<TenantContext>, keyed: Submission<Input, Outcome>[]): Promise<Answers<Input, Outcome>> {
    const answers: Answers<Input, Outcome> = new Map();
    if (keyed.length === 0) return answers;
    const claims = await claimKeys(
      tx,
      keyed.map((submission) => submission.keyed!),
    );
    claims.forEach((claim, index) => claim !== 'fresh' && answers.set(keyed[index]!, settled(claim)));
    return answers;
  }

  private async perform(tx: WriteTx<TenantContext>, fresh: Submission<Input, Outcome>[], answers: Answers<Input, Outcome>): Promise<void> {
    if (fresh.length === 0) return;
    const outcomes = await this.operation(
      tx,
      fresh.map(({ input }) => input),
    );
    const kept: { request: KeyedRequest; answer: SealedAnswer }[] = [];
    fresh.forEach((submission, index) => {
      const { keyed, request, render } = submission;
      const said = render(outcomes[index] as Outcome);
      const answer = said instanceof DomainError && !(keyed && isKept(said)) ? said : seal(request, said);
      answers.set(submission, answer);
      if (keyed && answer instanceof SealedAnswer) kept.push({ request: keyed, answer });
    });
    await storeAnswers(tx, kept);
  }
}

type Answers<Input, Outcome> = Map<Submission<Input, Outcome>, SealedAnswer | DomainError>;

/** A key given twice within one list: the second is answered as the replay it is. */
function repeatOf<Input, Outcome>(
  repeat: Submission<Input, Outcome>,
  leader: Submission<Input, Outcome>,
  answers: Answers<Input, Outcome>,
): SealedAnswer | DomainError {
  if (repeat.keyed!.fingerprint !== leader.keyed!.fingerprint) return IdempotencyKeyReused.with();
  const answer = answers.get(leader)!;
  return answer instanceof SealedAnswer ? new SealedAnswer(answer.status, answer.text, true) : answer;
}
