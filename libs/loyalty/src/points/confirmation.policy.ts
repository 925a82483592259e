import { parseDecimal, type DomainError } from '@tallystick/kernel';
import { OtpRequired } from '../loyalty.errors.js';
import type { Program } from '../programs/program.js';
import type { HoldFact, RedeemFact, TransferFact } from './points-fact.js';

/** What a code is for, in the words of the dialects: a code for one confirms nothing else. */
export const CONFIRMATIONS = { redeem: 'POINTREDEEMCONFIRM', transfer: 'POINTTRANSFERCONFIRM' } as const;

/** Why so many points are not spent yet: the program asks for a code, and none was given. Asked once it is clear that it is no repeat. */
export function unconfirmed(
  { kind, by, confirmed }: RedeemFact | HoldFact | TransferFact,
  units: bigint,
  { terms, scale }: Pick<Program, 'terms' | 'scale'>,
): { unconfirmed?: DomainError } {
  const { otp_threshold: threshold, otp_for_integrators: forIntegrators } = terms;
  const asked = by === 'member' || (by === undefined && forIntegrators);
  if (confirmed || !asked || threshold === null || units < (parseDecimal(threshold, scale) as bigint)) return {};
  const type = CONFIRMATIONS[kind === 'transfer' ? 'transfer' : 'redeem'];
  return { unconfirmed: OtpRequired.with({ errors: { otp: [`From ${threshold} points on.`], type } }) };
}
