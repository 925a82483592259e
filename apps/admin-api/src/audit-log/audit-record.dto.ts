import type { AuditFilter, AuditRecord } from '@tallystick/compliance';
import { Choice, FreeForm, Integer, Moment, Nested, QueryInteger, Text, Uuid } from '@tallystick/platform';

const OUTCOMES = ['success', 'refused'] as const;
const ACTOR_TYPES = ['client', 'user', 'member', 'system', 'anonymous'];

/** Which records of a trail. */
export class AuditFilterQuery {
  @Text({ optional: true, max: 100, description: 'The act, as `api_client.revoked`.', example: 'api_client.revoked' })
  act?: string;

  @Text({ optional: true, max: 200, description: 'Id of whoever acted.' })
  actor?: string;

  @Text({ optional: true, max: 300, description: 'Id of what it was done to.' })
  target?: string;

  @Choice(OUTCOMES, { optional: true, example: 'success' })
  outcome?: (typeof OUTCOMES)[number];

  @Text({ optional: true, max: 64, description: 'The `X-Request-ID` of a request: all that was recorded under it.' })
  request_id?: string;

  @Moment({ optional: true, description: 'Recorded at or after.' })
  from?: string;

  @Moment({ optional: true, description: 'Recorded before.' })
  to?: string;

  static toFilter(query: AuditFilterQuery): AuditFilter {
    return {
      act: query.act,
      actor: query.actor,
      target: query.target,
      outcome: query.outcome,
      requestId: query.request_id,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
    };
  }
}

/** The same for a list that is walked by cursor. */
export class AuditRecordsQuery extends AuditFilterQuery {
  @Text({ optional: true, max: 1_024, description: 'Where to go on: `next_cursor` of the page before.' })
  cursor?: string;

  @QueryInteger({ min: 1, max: 100, description: 'Items on a page; 20 when left out.', example: 20 })
  page_size?: number;
}

export class AuditActorDto {
  @Choice(ACTOR_TYPES, { example: 'user' })
  type: string;

  @Text({ max: 300 })
  id: string;
}

export class AuditTargetDto {
  @Text({ max: 100, example: 'api_client' })
  type: string;

  @Text({ max: 300 })
  id: string;
}

/** A record of the audit trail. */
export class AuditRecordDto {
  @Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'Place in the trail, without a gap.', example: 42 })
  number: number;

  @Uuid()
  id: string;

  @Text({ max: 100, example: 'api_client.revoked' })
  act: string;

  @Nested(() => AuditActorDto)
  actor: AuditActorDto;

  @Text({ nullable: true, max: 300, description: 'The person in whose name the actor acted, where that is somebody else.' })
  on_behalf_of: string | null;

  @Nested(() => AuditTargetDto, { nullable: true })
  target: AuditTargetDto | null;

  @FreeForm({ nullable: true, description: 'What changed, as it was.', example: { status: 'active' } })
  before: object | null;

  @FreeForm({ nullable: true, description: 'What changed, as it is now.', example: { status: 'revoked' } })
  after: object | null;

  @Choice(OUTCOMES, { example: 'success' })
  outcome: string;

  @Text({ nullable: true, max: 100, example: '203.0.113.7' })
  address: string | null;

  @Text({ nullable: true, min: 0, max: 500, example: 'Mozilla/5.0' })
  user_agent: string | null;

  @Text({ max: 64, example: '8b2cb7f1-9b0c-4b1d-9f30-2f7d3b8c1234' })
  request_id: string;

  @Moment()
  recorded_at: string;

  @Text({
    min: 64,
    max: 64,
    pattern: /^[0-9a-f]{64}$/,
    description: 'SHA-256 over the record before and this one.',
    example: 'a'.repeat(64),
  })
  hash: string;

  static from(record: AuditRecord): AuditRecordDto {
    return {
      number: Number(record.number),
      id: record.id,
      act: record.act,
      actor: record.actor,
      on_behalf_of: record.onBehalfOf,
      target: record.target,
      before: record.before,
      after: record.after,
      outcome: record.outcome,
      address: record.address,
      user_agent: record.userAgent,
      request_id: record.requestId,
      recorded_at: record.recordedAt.toISOString(),
      hash: record.hash.toString('hex'),
    };
  }
}
