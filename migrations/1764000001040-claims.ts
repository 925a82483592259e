import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims that a purchase should have earned cashback and did not. */
export class Claims1764000001040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `amount` counts the minor unit of the currency. What was found when the claim was last looked at again stands in `found_*`;
    // `cashback` is what its acceptance gave. Nothing names the person but `member_id`.
    await runner.query(`create table claim (
      tenant_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      reason_code text not null check (reason_code in ('not_rewarded', 'merchant_not_recognized', 'offer_not_applied', 'purchase_not_seen')),
      purchase_reference text check (length(purchase_reference) between 1 and 200),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      amount bigint not null check (amount > 0),
      occurred_at timestamptz not null,
      merchant_id uuid,
      transaction_id uuid,
      status text not null check (status in ('open', 'accepted', 'rejected', 'withdrawn')),
      found text not null check (found in ('earns', 'earns_nothing', 'already_rewarded', 'purchase_not_seen', 'purchase_ambiguous')),
      found_merchant_id uuid,
      found_cashback bigint check (found_cashback > 0),
      found_reason text,
      found_at timestamptz not null,
      resolution_code text check (resolution_code in ('merchant_matched', 'offer_applied', 'purchase_added', 'already_rewarded',
        'no_live_offer', 'not_eligible', 'not_a_merchant', 'purchase_not_found', 'purchase_refunded', 'duplicate_claim')),
      cashback bigint check (cashback > 0),
      raised_by text not null,
      raised_at timestamptz not null,
      resolved_by text check (resolved_by <> raised_by),
      resolved_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, member_id) references member,
      foreign key (tenant_id, merchant_id) references merchant,
      foreign key (tenant_id, found_merchant_id) references merchant,
      foreign key (tenant_id, transaction_id) references card_transaction,
      check ((found = 'earns') = (found_cashback is not null)),
      check ((status = 'accepted') = (cashback is not null)),
      check ((status = 'open') = (resolved_at is null)),
      check ((status in ('accepted', 'rejected')) = (resolution_code is not null)),
      check ((status in ('accepted', 'rejected')) = (resolved_by is not null)),
      check (status <> 'accepted' or transaction_id is not null)
    )`);
    // A purchase is claimed once at a time, whether we have seen it or not.
    await runner.query(
      `create unique index claim_of_transaction on claim (tenant_id, transaction_id) where status = 'open' and transaction_id is not null`,
    );
    await runner.query(`create unique index claim_of_purchase on claim (tenant_id, member_id, currency, amount, occurred_at)
      where status = 'open' and transaction_id is null`);
    await runner.query('create index claim_member on claim (tenant_id, member_id, id)');
    await runner.query('create index claim_status on claim (tenant_id, status, id)');
    await protectTenantTable(runner, 'claim', ['select', 'insert', 'update']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table claim');
  }
}
