import { Injectable } from '@nestjs/common';
import type { DomainError, TenantContext } from '@tallystick/kernel';
import { LimitExceeded, PostPoints, type PointsFact, type PointsOutcome } from '@tallystick/loyalty';
import type { WriteTx } from '@tallystick/platform';
import type { LoyalifeCode } from '../loyalife.codes.js';
import { refuse } from '../loyalife.errors.js';
import { standingRefusal } from '../members/standing.policy.js';

/** What became of a fact that was not refused. */
export type Accepted = Exclude<PointsOutcome, { status: 'refused' }>;

/** Codes of what is refused that depend on the call; what is not named keeps its general code. */
export type CodesOfCall = Readonly<Record<string, LoyalifeCode>>;

/** Posts one fact about points; a refusal is thrown in the words of the dialect. */
@Injectable()
export class PostFact {
  constructor(private readonly postPoints: PostPoints) {}

  /** Throws the code of the refusal: of a member's status 107, 113 or 114, of others what `codes` says of them. */
  async execute(tx: WriteTx<TenantContext>, fact: PointsFact, codes: CodesOfCall = {}): Promise<Accepted> {
    const [outcome] = await this.postPoints.execute(tx, [fact]);
    if (outcome!.status === 'refused') throw inWords(outcome!.refusal, codes);
    return outcome!;
  }
}

/** A refusal of ours in the words of the dialect. */
export function inWords(refusal: DomainError, codes: CodesOfCall): DomainError {
  const code = codes[refusal.definition.code];
  return standingRefusal(refusal) ?? (code ? refuse(code, refusal.details) : refusal);
}

/** What a limit of a redemption is called: the threshold that it is outside of. */
export const thresholdCodes = (isBelow: boolean): CodesOfCall => ({ [LimitExceeded.code]: isBelow ? '122' : '123' });
