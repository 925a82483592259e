import type { Parties, Source, TransferFact } from '@tallystick/loyalty';
import { PointsInput, Text, Uuid } from '@tallystick/platform';
import { ConfirmingCode } from '../points/confirmations.js';

export class WalletTransferDto {
  @Uuid({ description: "The sender's wallet; a member's own." })
  from_wallet_id: string;

  @Uuid({ description: "The receiver's wallet, of the same program.", example: '0198f5c4-8f3e-7c3a-9d52-5b1f4f6f0a02' })
  to_wallet_id: string;

  @PointsInput()
  points: string | number;

  @Text({ optional: true, max: 500, description: 'Shown on both statements. Nothing personal: it is kept for ever.' })
  note?: string;

  @Text({ optional: true, max: 200, description: "The caller's own id of the transfer: the same again moves nothing.", example: 'GIFT-9' })
  reference?: string;

  @ConfirmingCode('POINTTRANSFERCONFIRM', 'sender')
  otp?: string;

  static toFact({ points, note, reference }: WalletTransferDto, { from, to }: Parties, source: Source): TransferFact {
    return {
      kind: 'transfer',
      source,
      from: { id: from.memberId },
      to: { id: to.memberId },
      programId: from.program.id,
      points,
      ...(reference !== undefined && { reference }),
      ...(note !== undefined && { narration: note }),
    };
  }
}
