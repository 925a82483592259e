import { REJECTIONS, type ClaimEvidence, type Rejection } from '@tallystick/offers';
import { Choice, Text, Uuid } from '@tallystick/platform';

/** What whoever decides on a claim knows better than it says. */
export class ClaimEvidenceDto {
  @Uuid({ optional: true, description: 'Which card transaction it is.' })
  transaction_id?: string;

  @Uuid({ optional: true, description: 'At which merchant the purchase was made.' })
  merchant_id?: string;

  @Text({ optional: true, max: 200, description: "The institution's own id of the purchase.", example: 'FI-TXN-0001' })
  purchase_reference?: string;

  static toEvidence({ transaction_id, merchant_id, purchase_reference }: ClaimEvidenceDto): ClaimEvidence {
    return { transactionId: transaction_id, merchantId: merchant_id, purchaseReference: purchase_reference };
  }
}

export class RejectClaimDto {
  @Choice(REJECTIONS, { description: 'Why.', example: 'no_live_offer' })
  resolution_code: Rejection;
}
