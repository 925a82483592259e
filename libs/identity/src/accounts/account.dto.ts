import { Choice, field, Moment, Text, Uuid, Words } from '@tallystick/platform';
import type { AccountDeletion } from './account-deletions.query.js';
import { BACKUP_DAYS, KEPT } from './deletion-receipt.js';

const Confirmation = (): PropertyDecorator =>
  field(
    { name: 'confirm', schema: { type: 'boolean', const: true }, check: (value) => value === true, message: 'Must be true.' },
    { description: 'That the account is to be deleted.', example: true },
  );

/** A person who wants their account gone proves again that it is them. */
export class DeleteAccountDto {
  @Text({ optional: true, max: 128, description: 'This or `otp`.', example: 'correct horse battery staple' })
  password?: string;

  @Text({
    optional: true,
    min: 6,
    max: 10,
    pattern: /^\d+$/,
    hint: 'Must be a one-time passcode.',
    description: 'The passcode that `POST auth/otp/request` sent for `sensitive_action`.',
    example: '123456',
  })
  otp?: string;

  @Text({ optional: true, max: 500, description: 'Forgotten with the account.', example: 'I moved to another bank' })
  reason?: string;

  @Confirmation()
  confirm: boolean;
}

const STATUSES = ['scheduled', 'cancelled', 'completed'];

/** A deletion that a person asked for. */
export class AccountDeletionDto {
  @Uuid({ description: 'Names the receipt too: keep it.' })
  request_id: string;

  @Choice(STATUSES, { example: 'scheduled' })
  status: string;

  @Moment()
  requested_at: string;

  @Moment({ description: 'When the account is deleted.' })
  scheduled_for: string;

  @Moment({ description: 'Until when the person may change their mind.' })
  cancellable_until: string;

  static from({ id, status, requestedAt, scheduledFor }: AccountDeletion): AccountDeletionDto {
    const until = scheduledFor.toISOString();
    return { request_id: id, status, requested_at: requestedAt.toISOString(), scheduled_for: until, cancellable_until: until };
  }
}

/** What is left to show of a deletion. It names nobody. */
export class DeletionReceiptDto {
  @Uuid()
  request_id: string;

  @Choice(STATUSES, { example: 'completed' })
  status: string;

  @Moment()
  requested_at: string;

  @Moment()
  scheduled_for: string;

  @Moment({ nullable: true })
  completed_at: string | null;

  @Words({ max: 50, description: 'What was erased; empty until then.', example: ['second factor and recovery codes'] })
  erased: readonly string[];

  @Words({ max: 10, description: 'What is kept, and why.', example: [KEPT[0]] })
  kept: readonly string[];

  @Text({ max: 200, description: 'When no backup holds it any more.', example: `${BACKUP_DAYS} days after completion` })
  backups: string;

  @Text({
    max: 8_192,
    nullable: true,
    description:
      'The same as a signed JWT of type `deletion-receipt+jwt`, which the keys of `/.well-known/jwks.json` verify. Null until done.',
    example: 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl',
  })
  receipt: string | null;

  static from({ id, status, requestedAt, scheduledFor, completedAt, erased }: AccountDeletion, receipt: string | null): DeletionReceiptDto {
    return {
      request_id: id,
      status,
      requested_at: requestedAt.toISOString(),
      scheduled_for: scheduledFor.toISOString(),
      completed_at: completedAt?.toISOString() ?? null,
      erased: erased ?? [],
      kept: [...KEPT],
      backups: `${BACKUP_DAYS} days after completion`,
      receipt,
    };
  }
}
