import { Injectable } from '@nestjs/common';
import { type DomainError, type TenantContext } from '@tallystick/kernel';
import { NotFound, ValidationFailed, type ReadTx } from '@tallystick/platform';
import { FindWallets, type WalletPlace } from './find-wallets.query.js';

/** Whose wallets a transfer moves points between. */
export interface Parties {
  readonly from: WalletPlace;
  readonly to: WalletPlace;
}

/** Finds whose wallets a transfer names. */
@Injectable()
export class TransferParties {
  constructor(private readonly wallets: FindWallets) {}

  /**
   * A member sends from their own wallets alone, to anybody's of the tenant. Throws `not_found`, and `validation_error` for the same wallet
   * twice (C10.12) or wallets of different programs, whose points are different things.
   */
  async find(tx: ReadTx<TenantContext>, fromId: string, toId: string): Promise<Parties> {
    if (fromId.toLowerCase() === toId.toLowerCase()) throw invalid('Must be another wallet than the sender.');
    const from = await this.wallets.findPlace(tx, fromId);
    if (!from) throw unknown('from_wallet_id');
    const to = await this.wallets.findPlace(tx, toId, 'of anybody');
    if (!to) throw unknown('to_wallet_id');
    if (from.program.id !== to.program.id) throw invalid('Must be a wallet of the same program.');
    return { from, to };
  }
}

const invalid = (message: string): DomainError => ValidationFailed.with({ errors: { to_wallet_id: [message] } });
const unknown = (field: string): DomainError => NotFound.with({ errors: { [field]: ['No such wallet.'] } });
