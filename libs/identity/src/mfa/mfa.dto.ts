import { Choice, Flag, Integer, Moment, Text, Words } from '@tallystick/platform';
import { MFA_CODE_FORM } from './mfa-code.policy.js';
import { RECOVERY_CODES } from './recovery-code.policy.js';
import type { MfaSetup } from './mfa-setup.query.js';
import type { MfaState } from './mfa-status.query.js';

/** A field for a second factor: a code of the app, or a recovery code. */
export const MfaCodeField = (options: { optional?: true; description?: string } = {}): PropertyDecorator =>
  Text({
    min: 6,
    max: 40,
    pattern: MFA_CODE_FORM,
    hint: 'Must be a code of six digits or a recovery code.',
    description: 'The code of the authenticator app, or a recovery code.',
    example: '123456',
    ...options,
  });

const Password = (options: { optional?: true; description?: string } = {}): PropertyDecorator =>
  Text({ max: 128, description: 'Exactly as typed.', example: 'correct horse battery staple', ...options });

/** What an authenticator app needs. */
export class MfaSetupDto {
  @Text({ min: 32, max: 32, pattern: /^[A-Z2-7]+$/, description: 'Base32, for typing it in.', example: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' })
  secret: string;

  @Text({
    max: 1_000,
    pattern: /^otpauth:\/\/totp\//,
    example:
      'otpauth://totp/Tallystick:asha%40bank.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tallystick&algorithm=SHA1&digits=6&period=30',
  })
  otpauth_url: string;

  @Text({
    max: 50_000,
    pattern: /^data:image\/png;base64,/,
    description: 'The URL as a QR code.',
    example: 'data:image/png;base64,iVBORw0KGgo=',
  })
  qr_code: string;

  @Moment({ description: 'Until when a code confirms it.' })
  expires_at: string;

  static from({ secret, otpauthUrl, qrCode, expiresAt }: MfaSetup): MfaSetupDto {
    return { secret, otpauth_url: otpauthUrl, qr_code: qrCode, expires_at: expiresAt.toISOString() };
  }
}

/** Confirms a set-up. */
export class VerifyMfaSetupDto {
  @Text({
    min: 6,
    max: 7,
    pattern: /^\d{3}[ -]?\d{3}$/,
    hint: 'Must be a code of six digits.',
    description: 'What the app shows.',
    example: '123456',
  })
  code: string;

  @Password({ optional: true, description: 'To replace an authenticator app, exactly as typed; not taken otherwise.' })
  password?: string;

  @MfaCodeField({ optional: true, description: 'To replace an authenticator app: its code, or a recovery code; not taken otherwise.' })
  current_code?: string;
}

/** Proves both factors before one is changed. */
export class FactorProofDto {
  @Password()
  password: string;

  @MfaCodeField()
  code: string;
}

/** New recovery codes. */
export class RecoveryCodesDto {
  @Words({
    min: RECOVERY_CODES,
    max: RECOVERY_CODES,
    description: 'Each takes the place of the app once. They are shown only now.',
    example: Array.from({ length: RECOVERY_CODES }, (_, i) => `ABCDEF-GHJKLM-NPQRST-UVWXY${'23456789AB'[i]}`),
  })
  recovery_codes: readonly string[];
}

/** A second factor that was enabled. */
export class MfaEnabledDto extends RecoveryCodesDto {
  @Flag({ example: true })
  mfa_enabled: boolean;
}

/** A second factor that was removed. */
export class MfaDisabledDto {
  @Flag({ example: false })
  mfa_enabled: boolean;
}

/** What a person sees of their second factor. */
export class MfaStatusDto {
  @Flag({ example: true })
  mfa_enabled: boolean;

  @Choice(['totp'], { description: 'The kind of second factor that there is.' })
  method: 'totp';

  @Flag({ description: 'Whether the role in this tenant, or on the platform, needs one.', example: true })
  required: boolean;

  @Moment({ nullable: true, description: 'When it was enabled.' })
  confirmed_at: string | null;

  @Integer({ min: 0, max: RECOVERY_CODES, example: RECOVERY_CODES })
  recovery_codes_left: number;

  static from({ confirmedAt, recoveryCodesLeft }: MfaState, required: boolean): MfaStatusDto {
    return {
      mfa_enabled: confirmedAt !== null,
      method: 'totp',
      required,
      confirmed_at: confirmedAt?.toISOString() ?? null,
      recovery_codes_left: recoveryCodesLeft,
    };
  }
}
