import { defineError } from '@tallystick/kernel';

export const InsufficientBalance = defineError({
  code: 'insufficient_balance',
  kind: 'conflict',
  message: 'The member has fewer points available than this needs',
  advice: 'Ask for at most `errors.available` points.',
});
export const LimitExceeded = defineError({
  code: 'limit_exceeded',
  kind: 'conflict',
  message: 'This is outside the limits that apply',
  advice: 'Stay within the limit named in `errors`.',
});
export const AlreadyReversed = defineError({
  code: 'already_reversed',
  kind: 'conflict',
  message: 'This transaction has been reversed already',
  advice: 'Nothing is left to do: `errors.reversal_id` names the reversal.',
});
export const OriginalUnknown = defineError({
  code: 'original_not_found',
  kind: 'missing',
  message: 'The purchase of this refund was not seen within 90 days',
  advice: 'Check `original_id`; post the purchase, then the refund again under a new id.',
});
export const ProgramInUse = defineError({
  code: 'program_in_use',
  kind: 'conflict',
  message: 'This program has postings and cannot change this way',
  advice: 'Create a new program for another unit, or end this one.',
});
export const OtpRequired = defineError({
  code: 'otp_required',
  kind: 'invalid',
  message: 'So many points move only with a one-time code of the member',
  advice:
    'Ask for a code of the type in `errors.type`, the member themselves at `POST /member-auth/me/otp/request`, an integrator at ' +
    '`POST /members/{id}/otp/request`, and send the same again with it as `otp`.',
});
