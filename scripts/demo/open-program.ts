import type { TenantContext } from '@tallystick/kernel';
import { DefineAsset } from '@tallystick/ledger';
import { DEFAULT_TERMS, SaveProgram } from '@tallystick/loyalty';
import { DEMO, type DemoGround } from './demo.js';

/** One point for each whole dollar of a purchase, valid for two years and to the end of that month; unless the tenant has a program. */
export const openProgram = ({ uow }: DemoGround, ctx: TenantContext): Promise<void> =>
  uow.run(ctx, async (tx) => {
    if ((await tx.query('select from program where tenant_id = $1', [tx.ctx.tenantId])).length > 0) return;
    await new SaveProgram(new DefineAsset()).create(tx, {
      code: 'everyday',
      name: 'Everyday points',
      description: 'One point for each whole dollar.',
      termsUrl: null,
      status: 'active',
      isDefault: true,
      scale: 0,
      startsAt: null,
      endsAt: null,
      terms: {
        ...DEFAULT_TERMS,
        currency: DEMO.currency,
        point_value: '0.01',
        expiry_policy: { type: 'rolling', months: 24, round_up_to: 'month' },
        enroll_on_first_sight: true,
      },
    });
  });
