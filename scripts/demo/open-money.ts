import { Money, type TenantContext } from '@tallystick/kernel';
import { DefineCurrency, PostTransactions } from '@tallystick/ledger';
import { CashConfigs, CoinCompanies, CoinEvents, FindPrograms, Funds } from '@tallystick/loyalty';
import { DEMO, type DemoGround } from './demo.js';

/**
 * What the coin and cash dialects need to answer at once: 100 points are a dollar, out of funds of a thousand, and a referral gives 50 coins;
 * unless the tenant has funds.
 */
export const openMoney = ({ uow }: DemoGround, ctx: TenantContext): Promise<void> =>
  uow.run(ctx, async (tx) => {
    if ((await tx.query(`select from ledger_asset where tenant_id = $1 and kind = 'currency'`, [tx.ctx.tenantId])).length > 0) return;
    const programs = new FindPrograms();
    await new CashConfigs(new DefineCurrency()).create(tx, await programs.named(tx, undefined), {
      userType: 'customer',
      currency: DEMO.currency,
      points: 100n,
      value: 1_000_000n,
      minPoints: null,
      maxPoints: null,
      cycle: 'day',
      maxPointsPerCycle: null,
      maxRedemptionsPerCycle: null,
      active: true,
    });
    await new Funds(new DefineCurrency(), new PostTransactions()).deposit(tx, {
      amount: Money.of(100_000n, DEMO.currency),
      reference: 'DEMO-FUNDS',
    });
    await new CoinEvents(new CoinCompanies(programs)).create(tx, { configuration: 'DEFAULT', event: 'REFERRAL_EVENT', amount: 50n });
  });
