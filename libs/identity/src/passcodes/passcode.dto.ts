import { Choice, Email, Flag, Integer, Text, Uuid } from '@tallystick/platform';
import type { IssuedPasscode } from './passcodes.js';

/** What a person asks a code for. */
const REQUESTABLE = ['login', 'password_reset', 'verify_email', 'sensitive_action'] as const;

/** A mailed code, as it is typed. */
export const PasscodeText = (optional = false): PropertyDecorator =>
  Text({ optional, min: 6, max: 6, pattern: /^\d{6}$/, hint: 'Must be the six digits of the mail.', example: '042137' });

/** What a link carries behind its `#token=`. */
export const LinkToken = (): PropertyDecorator =>
  Text({ optional: true, max: 200, description: 'Of the link in the mail: what stands behind `#token=`.', example: 'AZ3m0Q.c2VjcmV0' });

export class RequestPasscodeDto {
  @Email({ description: 'The address of the account.' })
  identifier: string;

  @Choice(REQUESTABLE)
  purpose: (typeof REQUESTABLE)[number];

  @Choice(['email'], { description: 'Codes go by mail; there is no provider of text messages yet.' })
  channel: 'email';
}

/** A code is on its way, to all appearances. */
export class IssuedPasscodeDto {
  @Uuid()
  challenge_id: string;

  @Integer({ min: 1, max: 86_400, description: 'Seconds.', example: 600 })
  expires_in: number;

  @Text({ description: 'The address that was given, masked: it does not tell whether there is an account.', example: 'a***@example.com' })
  masked_destination: string;

  @Integer({ min: 1, max: 86_400, description: 'Seconds before the next code may be asked for.', example: 60 })
  resend_after: number;

  static from({ challengeId, expiresIn, maskedDestination, resendAfter }: IssuedPasscode): IssuedPasscodeDto {
    return { challenge_id: challengeId, expires_in: expiresIn, masked_destination: maskedDestination, resend_after: resendAfter };
  }
}

export class EmailAddressDto {
  @Email()
  email: string;
}

export class VerifyEmailDto {
  @LinkToken()
  token?: string;

  @Email({ optional: true, description: 'With `code`, in place of `token`.' })
  email?: string;

  @PasscodeText(true)
  code?: string;
}

export class EmailVerifiedDto {
  @Flag({ example: true })
  email_verified: boolean;
}
