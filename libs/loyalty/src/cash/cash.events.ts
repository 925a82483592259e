import { defineEvent } from '@tallystick/platform';

const uuid = { type: 'string', format: 'uuid' };

/** What could not be redeemed by itself: ids and the day alone. */
export interface FundsWereShort {
  readonly program_id: string;
  readonly config_id: string;
  readonly currency: string;
  readonly day: string;
}

export const AutomaticRedemptionSkipped = defineEvent<FundsWereShort>({
  name: 'points.automatic_redemption_skipped',
  summary:
    "The tenant's funds were short for automatic redemptions of a day: told once a day for each configuration. The next day tries again.",
  schema: {
    type: 'object',
    required: ['program_id', 'config_id', 'currency', 'day'],
    properties: { program_id: uuid, config_id: uuid, currency: { type: 'string' }, day: { type: 'string', format: 'date' } },
  },
});
