import { Money, type TenantContext } from '@tallystick/kernel';
import { DefineCurrency, PostTransactions } from '@tallystick/ledger';
import { CashConfigs, FindPrograms, Funds } from '@tallystick/loyalty';
import { DEMO, type DemoGround } from './demo.js';

/**
 * What redemption to money needs: a point is a dollar, the rate of GafaPay's own sample, out of funds of a million; unless the tenant has
 * funds.
 */
export const openMoney = ({ uow }: DemoGround, ctx: TenantContext): Promise<void> =>
  uow.run(ctx, async (tx) => {
    if ((await tx.query(`select from ledger_asset where tenant_id = $1 and kind = 'currency'`, [tx.ctx.tenantId])).length > 0) return;
    await new CashConfigs(new DefineCurrency()).create(tx, await new FindPrograms().named(tx, undefined), {
      userType: 'customer',
      currency: DEMO.currency,
      points: 1n,
      value: 1_000_000n,
      minPoints: null,
      maxPoints: null,
      cycle: 'day',
      maxPointsPerCycle: null,
      maxRedemptionsPerCycle: null,
      automatic: null,
      active: true,
    });
    await new Funds(new DefineCurrency(), new PostTransactions()).deposit(tx, {
      amount: Money.of(100_000_000n, DEMO.currency),
      reference: 'DEMO-FUNDS',
    });
  });
