import { Injectable } from '@nestjs/common';
import { fingerprint, newId, Points, type TenantContext } from '@tallystick/kernel';
import { IdempotencyKeyReused, ValidationFailed, type WriteTx } from '@tallystick/platform';
import type { Decimal, Source } from '../points/points-fact.js';
import type { PointsTransaction } from '../points/points-transaction.js';
import { readPoints, referenceKey } from '../points/plan.js';
import { postedOutcome } from '../points/posted-outcome.js';
import { PostPoints } from '../points/post-points.operation.js';
import type { Program } from '../programs/program.js';
import { FindWallets, type WalletPlace } from '../wallets/find-wallets.query.js';
import { AdjustmentRequested, WalletCredited, WalletDebited } from './adjustment.acts.js';
import {
  SELECT_ADJUSTMENTS,
  showAdjustment,
  type AdjustmentDirection,
  type AdjustmentRow,
  type WalletAdjustment,
} from './wallet-adjustment.js';

/** A manual credit or debit; `reference` is its natural key. */
export interface AdjustmentInput {
  readonly walletId: string;
  readonly direction: AdjustmentDirection;
  readonly points: Decimal;
  readonly reasonCode: string;
  readonly narration: string;
  readonly reference: string;
  /** Of a credit; left out, the program's expiry policy says. */
  readonly expiresAt?: Date;
  readonly source: Source;
}

/** What became of it: posted at once, or waiting for a second person. */
export type AdjustmentOutcome = { readonly replayed: boolean } & (
  | { readonly posted: PointsTransaction; readonly requested?: undefined }
  | { readonly requested: WalletAdjustment; readonly posted?: undefined }
);

/**
 * Credits or debits a wallet by hand: at once up to the program's approval threshold, above it as a request that another person has to
 * approve. Throws `not_found`, `insufficient_balance`, `invalid_state`, and `idempotency_key_reused` for a reference with other content.
 */
@Injectable()
export class AdjustWallet {
  constructor(
    private readonly wallets: FindWallets,
    private readonly postPoints: PostPoints,
  ) {}

  async execute(tx: WriteTx<TenantContext>, input: AdjustmentInput): Promise<AdjustmentOutcome> {
    const place = await this.wallets.place(tx, input.walletId);
    const units = readPoints(input.points, place.program);
    return needsApproval(units, place.program) ? this.request(tx, input, place, units) : this.post(tx, input, place);
  }

  private async post(tx: WriteTx<TenantContext>, input: AdjustmentInput, place: WalletPlace): Promise<AdjustmentOutcome> {
    const [waiting] = await tx.query('select id from wallet_adjustment where tenant_id = $1 and reference = $2', [
      tx.ctx.tenantId,
      input.reference,
    ]);
    if (waiting) throw IdempotencyKeyReused.with({ errors: { reference: ['A request for approval has this reference.'] } });
    const { status, shown } = postedOutcome(await this.postPoints.execute(tx, [adjustmentFact(input, place)]));
    if (status === 'posted')
      tx.audit(input.direction === 'credit' ? WalletCredited : WalletDebited, {
        target: { type: 'wallet', id: place.accountId },
        after: { points: shown.points, reason_code: input.reasonCode, reference: input.reference, transaction_id: shown.id },
      });
    return { posted: shown, replayed: status === 'replayed' };
  }

  private async request(tx: WriteTx<TenantContext>, input: AdjustmentInput, place: WalletPlace, units: bigint): Promise<AdjustmentOutcome> {
    const { walletId: _, source: __, ...content } = input;
    const hash = fingerprint({ ...content, points: String(units), expiresAt: input.expiresAt?.toISOString(), wallet: place.accountId });
    const known = await findByReference(tx, input.reference);
    const made = !known && (await this.insert(tx, input, place, units, hash));
    const row = known ?? (await findByReference(tx, input.reference))!;
    if (row.fingerprint !== hash) throw IdempotencyKeyReused.with({ errors: { adjustment_id: row.id } });
    const requested = showAdjustment(row);
    if (made)
      tx.audit(AdjustmentRequested, {
        target: { type: 'wallet_adjustment', id: requested.id },
        after: { wallet_id: place.accountId, direction: input.direction, points: requested.points, reason_code: input.reasonCode },
      });
    return { requested, replayed: !made };
  }

  /** False when somebody else has just made a request under the same reference. */
  private async insert(
    tx: WriteTx<TenantContext>,
    input: AdjustmentInput,
    place: WalletPlace,
    units: bigint,
    hash: string,
  ): Promise<boolean> {
    await refusePast(tx, input.expiresAt);
    const [posted] = await tx.query<{ id: string }>('select id from ledger_transaction where tenant_id = $1 and reference = $2', [
      tx.ctx.tenantId,
      referenceKey('adjust', input.reference),
    ]);
    if (posted) throw IdempotencyKeyReused.with({ errors: { transaction_id: posted.id } });
    const made = await tx.query(
      `insert into wallet_adjustment (tenant_id, id, account_id, member_id, program_id, direction, units, reason_code, narration, reference,
         fingerprint, expires_at, requested_by, requested_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, tenant_now())
       on conflict (tenant_id, reference) do nothing returning id`,
      [
        tx.ctx.tenantId,
        newId(),
        place.accountId,
        place.memberId,
        place.program.id,
        input.direction,
        String(units),
        input.reasonCode,
        input.narration,
        input.reference,
        hash,
        input.expiresAt ?? null,
        tx.ctx.actor.id,
      ],
    );
    return made.length > 0;
  }
}

const findByReference = async (tx: WriteTx<TenantContext>, reference: string): Promise<AdjustmentRow | undefined> =>
  (await tx.query<AdjustmentRow>(`${SELECT_ADJUSTMENTS} and w.reference = $2`, [tx.ctx.tenantId, reference]))[0];

/** Whether so much needs a second person; a program without a threshold asks for none. */
function needsApproval(units: bigint, { terms, scale }: Program): boolean {
  if (terms.approval_threshold === null) return false;
  const threshold = Points.parse(terms.approval_threshold, scale);
  if (typeof threshold === 'string') throw new Error(`the approval threshold of a program is no amount of its points: ${threshold}`);
  return units > threshold.units;
}

async function refusePast(tx: WriteTx<TenantContext>, expiresAt: Date | undefined): Promise<void> {
  if (!expiresAt) return;
  const [row] = await tx.query<{ past: boolean }>('select $1::timestamptz <= tenant_now() as past', [expiresAt]);
  if (row!.past) throw ValidationFailed.with({ errors: { expires_at: ['Must be in the future.'] } });
}

/** What is posted of an adjustment, at once or when it is approved. */
export const adjustmentFact = (
  input: Pick<AdjustmentInput, 'direction' | 'points' | 'reasonCode' | 'narration' | 'reference' | 'expiresAt' | 'source'>,
  { memberId, program }: { readonly memberId: string; readonly program: { readonly id: string } },
) => {
  const { direction, points, reasonCode, narration, reference, source, expiresAt } = input;
  const common = { source, member: { id: memberId }, programId: program.id, points, reasonCode, narration, reference };
  return direction === 'debit'
    ? ({ kind: 'adjust_debit', ...common } as const)
    : ({ kind: 'adjust_credit', ...common, ...(expiresAt && { expiresAt }) } as const);
};
