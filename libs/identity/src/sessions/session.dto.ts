import { Choice, Flag, Moment, Text, Uuid } from '@tallystick/platform';
import type { SessionView } from './find-own-sessions.query.js';

/** A session of the person who asks. */
export class SessionDto {
  @Uuid()
  id: string;

  @Flag({ description: 'The session that asks.' })
  is_current: boolean;

  @Choice(['token', 'cookie'], { description: 'How it is carried.' })
  kind: string;

  @Uuid({ nullable: true, description: 'The tenant signed in to; null on the platform itself.' })
  tenant_id: string | null;

  @Flag({ description: 'Whether a second factor was proved in it.' })
  mfa_passed: boolean;

  @Text({ max: 100, nullable: true, description: 'Where it was opened from.', example: '203.0.113.7' })
  address: string | null;

  @Text({ min: 0, max: 500, nullable: true, example: 'Mozilla/5.0' })
  user_agent: string | null;

  @Moment()
  created_at: string;

  @Moment({ description: 'The last request, to the minute.' })
  last_seen_at: string;

  @Moment({ description: 'When it ends unless it is used before.' })
  expires_at: string;

  static from(session: SessionView, currentId: string): SessionDto {
    return {
      id: session.id,
      is_current: session.id === currentId,
      kind: session.kind,
      tenant_id: session.tenantId,
      mfa_passed: session.mfaPassed,
      address: session.address,
      user_agent: session.userAgent,
      created_at: session.createdAt.toISOString(),
      last_seen_at: session.seenAt.toISOString(),
      expires_at: session.expiresAt.toISOString(),
    };
  }
}
