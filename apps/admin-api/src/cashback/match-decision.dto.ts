import { Uuid } from '@tallystick/platform';

export class MatchDecisionDto {
  @Uuid({ nullable: true, description: 'The merchant at which it was made; null: at none of ours.' })
  merchant_id: string | null;
}
