import { Injectable } from '@nestjs/common';
import { Keyring, type ReadTx } from '@tallystick/platform';
import { toDataURL } from 'qrcode';
import { mfaSetupAt } from './mfa-setup.policy.js';
import { otpauthUrl, toBase32 } from './totp.policy.js';

/** What a person needs to set up their authenticator app. */
export interface MfaSetup {
  /** For those who type it in: base32. */
  readonly secret: string;
  readonly otpauthUrl: string;
  /** The URL as a QR code: a data URI of a PNG. */
  readonly qrCode: string;
  /** Until when a code confirms it. */
  readonly expiresAt: Date;
}

/** Shows a person in a session the secret that a code of theirs would confirm; nothing is kept of it until then. */
@Injectable()
export class FindMfaSetup {
  constructor(private readonly keyring: Keyring) {}

  async find(tx: ReadTx, userId: string, sessionId: string): Promise<MfaSetup> {
    const [row] = await tx.query<{ email: string; generation: number; now: number }>(
      `select u.email, coalesce(f.generation, 0) as generation, extract(epoch from clock_timestamp())::float8 as now
       from user_account u left join mfa_factor f on f.user_id = u.id where u.id = $1`,
      [userId],
    );
    const { email, generation, now } = row!;
    const { secret, expiresAt } = mfaSetupAt(this.keyring.hmac.bind(this.keyring), { userId, sessionId, generation }, now);
    const url = otpauthUrl(secret, email);
    return { secret: toBase32(secret), otpauthUrl: url, qrCode: await toDataURL(url, { errorCorrectionLevel: 'M' }), expiresAt };
  }
}
