import { Injectable } from '@nestjs/common';
import { DomainError, type TenantContext } from '@tallystick/kernel';
import { actingMember, CashConfigs, cashWalletId, FindMembers, FindPrograms, type Member, type Program } from '@tallystick/loyalty';
import { NotFound, type ReadTx } from '@tallystick/platform';
import { refuse } from './gafapay.codes.js';
import { fromHex } from './gafapay.ids.js';

/** A currency of the company, and the program whose points are redeemed to it. */
export interface GafapayCurrency {
  readonly id: string;
  /** ISO 4217. */
  readonly code: string;
  readonly program: Program;
}

/** Finds whom and what a request of the dialect names. */
@Injectable()
export class GafapayUsers {
  constructor(
    private readonly members: FindMembers,
    private readonly programs: FindPrograms,
    private readonly configs: CashConfigs,
  ) {}

  /** The user of that id; for a member who calls, only themselves. Throws `UNAUTHORIZED` for another, `..._USER_NOT_FOUND`. */
  async user(tx: ReadTx<TenantContext>, userId: string): Promise<Member> {
    const id = fromHex(userId)!;
    const own = actingMember(tx.ctx);
    if (own !== undefined && own !== id) throw refuse('UNAUTHORIZED');
    try {
      return await this.members.byId(tx, id);
    } catch (error) {
      if (error instanceof DomainError && error.definition.code === NotFound.code) throw refuse('REWARD_PROMOTION_USER_NOT_FOUND');
      throw error;
    }
  }

  /** The currency of that id, which the default program counts in or redeems to. Throws `..._CURRENCY_MISMATCH`. */
  async currency(tx: ReadTx<TenantContext>, currencyId: string): Promise<GafapayCurrency> {
    const id = fromHex(currencyId)!;
    const [row] = await tx.query<{ code: string }>(`select code from ledger_asset where tenant_id = $1 and id = $2 and kind = 'currency'`, [
      tx.ctx.tenantId,
      id,
    ]);
    if (!row) throw refuse('REWARD_PROMOTION_CURRENCY_MISMATCH');
    const code = row.code.slice('currency:'.length);
    const program = await this.programs.named(tx, undefined);
    const redeemed = (await this.configs.list(tx, program.id)).some((config) => config.currency === code);
    if (!redeemed && program.terms.currency !== code) throw refuse('REWARD_PROMOTION_CURRENCY_MISMATCH');
    return { id, code, program };
  }

  /** Throws `..._WALLET_NOT_FOUND` for a wallet that is not the user's, `..._CURRENCY_MISMATCH` for one of theirs that holds something else. */
  async checkWallet(tx: ReadTx<TenantContext>, user: Member, { code }: GafapayCurrency, walletId: string): Promise<void> {
    const id = fromHex(walletId)!;
    if (id === cashWalletId(tx.ctx.tenantId, user.id, code)) return;
    const own = await tx.query('select from ledger_account where tenant_id = $1 and id = $2 and owner_id = $3', [
      tx.ctx.tenantId,
      id,
      user.id,
    ]);
    throw refuse(own.length > 0 ? 'REWARD_PROMOTION_CURRENCY_MISMATCH' : 'REWARD_PROMOTION_WALLET_NOT_FOUND');
  }
}
