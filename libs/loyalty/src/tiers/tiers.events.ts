import { defineEvent, type JsonSchema } from '@tallystick/platform';
import { TIER_CHANGE_REASONS, type TierChangeReason } from './tier.js';

/** A tier as events name it. */
export interface NamedTier {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly rank: number;
}

/** What is told of a change of tier. */
export interface MemberTierChangedData {
  readonly member_id: string;
  readonly program_id: string;
  readonly from: NamedTier | null;
  readonly to: NamedTier | null;
  readonly reason: TierChangeReason;
  readonly changed_at: string;
}

const uuid = { type: 'string', format: 'uuid' };
const TIER: JsonSchema = {
  type: ['object', 'null'],
  required: ['id', 'code', 'name', 'rank'],
  properties: { id: uuid, code: { type: 'string' }, name: { type: 'string' }, rank: { type: 'integer' } },
};

export const MemberTierChanged = defineEvent<MemberTierChangedData>({
  name: 'member.tier_changed',
  summary: 'A member reached, lost or was given a tier of a program; `null` is below the first one.',
  schema: {
    type: 'object',
    required: ['member_id', 'program_id', 'from', 'to', 'reason', 'changed_at'],
    properties: {
      member_id: uuid,
      program_id: uuid,
      from: TIER,
      to: TIER,
      reason: { enum: [...TIER_CHANGE_REASONS] },
      changed_at: { type: 'string', format: 'date-time' },
    },
  },
});
