import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Card transactions as institutions tell them, what they were rewarded with, and every movement of cashback money. */
export class CardTransactions1764000001020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `items` holds what became of each line by ids alone: what is shown of it is read from the card transactions, as they are by then.
    await runner.query(`create table cashback_batch (
      tenant_id uuid not null,
      client_id text not null,
      request_id text not null,
      request_id_as_sent jsonb not null,
      fingerprint text not null,
      source text not null,
      items jsonb not null,
      received_at timestamptz not null,
      primary key (tenant_id, client_id, request_id)
    )`);
    await protectTenantTable(runner, 'cashback_batch', ['select', 'insert']);

    // One row for a purchase from its authorization to its last clearing, one for each refund or reversal. Amounts count the minor unit of
    // the currency. Of a purchase: `amount` was authorized, `cleared` is the sum of its clearings, `reversed` was given up before any,
    // `refunded` came back after; `measured` is the cashback before refunds, the seven columns from `cashback` on are what stands now.
    // Of a refund they are what it took back, below 0. Nothing names the person but `member_id`.
    await runner.query(`create table card_transaction (
      tenant_id uuid not null,
      id uuid not null,
      source text not null check (length(source) between 1 and 50),
      type text not null check (type in ('purchase', 'refund', 'reversal')),
      reference text not null check (length(reference) between 1 and 200),
      original_reference text check (length(original_reference) between 1 and 200),
      purchase_id uuid,
      member_id uuid not null,
      status text not null check (status in ('approved', 'settled')),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      amount bigint not null check (amount > 0),
      authorized boolean not null,
      cleared bigint not null default 0 check (cleared >= 0),
      reversed bigint not null default 0 check (reversed between 0 and amount),
      refunded bigint not null default 0 check (refunded >= 0),
      occurred_at timestamptz not null,
      settled_at timestamptz,
      recorded_at timestamptz not null,
      updated_at timestamptz not null,
      descriptor text,
      mcc text,
      network_merchant_id text,
      terminal_id text,
      zipcode text,
      bin text check (bin ~ '^[0-9]{6,8}$'),
      last4 text check (last4 ~ '^[0-9]{4}$'),
      authorization_code text,
      metadata jsonb,
      merchant_id uuid,
      matched_by text check (matched_by in ('identifier', 'likeness', 'staff')),
      verdict text not null check (verdict in ('rewarded', 'no_offer', 'pending_match', 'rejected')),
      reason text,
      offer_id uuid,
      offer_version integer,
      reward_state text check (reward_state in ('pending', 'scheduled', 'conciliated', 'dispersed', 'reversed')),
      period text,
      measured bigint not null default 0 check (measured >= 0),
      cashback bigint not null default 0,
      charge bigint not null default 0,
      institution_part bigint not null default 0,
      platform_part bigint not null default 0,
      funded_merchant bigint not null default 0,
      funded_institution bigint not null default 0,
      funded_platform bigint not null default 0,
      window_id text,
      expected_at timestamptz,
      primary key (tenant_id, id),
      unique (tenant_id, source, type, reference),
      foreign key (tenant_id, member_id) references member,
      foreign key (tenant_id, merchant_id) references merchant,
      foreign key (tenant_id, offer_id) references offer,
      check ((type = 'purchase') = (original_reference is null)),
      check ((offer_id is null) = (offer_version is null)),
      check (verdict <> 'rewarded' or type <> 'purchase' or offer_id is not null),
      check (charge = cashback + institution_part + platform_part),
      check (charge = funded_merchant + funded_institution + funded_platform)
    )`);
    await runner.query('create index card_transaction_member on card_transaction (tenant_id, member_id, merchant_id, id)');
    await runner.query(
      'create index card_transaction_merchant on card_transaction (tenant_id, merchant_id, id) where merchant_id is not null',
    );
    await runner.query(
      'create index card_transaction_purchase on card_transaction (tenant_id, purchase_id, id) where purchase_id is not null',
    );
    await runner.query(
      `create index card_transaction_waiting on card_transaction (tenant_id, source, original_reference, id) where verdict = 'pending_match'`,
    );
    await protectTenantTable(runner, 'card_transaction', ['select', 'insert', 'update']);

    // A purchase clears once or in parts, under its own id or under others: each counts once, whatever the batch.
    await runner.query(`create table card_clearing (
      tenant_id uuid not null,
      source text not null,
      reference text not null check (length(reference) between 1 and 200),
      part integer not null check (part between 1 and 999),
      purchase_id uuid not null,
      amount bigint not null check (amount > 0),
      settled_at timestamptz not null,
      recorded_at timestamptz not null,
      primary key (tenant_id, source, reference, part),
      foreign key (tenant_id, purchase_id) references card_transaction
    )`);
    await runner.query('create index card_clearing_purchase on card_clearing (tenant_id, purchase_id)');
    await protectTenantTable(runner, 'card_clearing', ['select', 'insert']);

    // What of an offer a customer has used: in a period of its cap, and (`period` = 'ever') in all. Counts purchases by when they were made.
    await runner.query(`create table cashback_counter (
      tenant_id uuid not null,
      offer_id uuid not null,
      member_id uuid not null,
      period text not null,
      cashback bigint not null check (cashback >= 0),
      rewards integer not null check (rewards >= 0),
      primary key (tenant_id, offer_id, member_id, period),
      foreign key (tenant_id, offer_id) references offer,
      foreign key (tenant_id, member_id) references member
    ) with (fillfactor = 70)`);
    await protectTenantTable(runner, 'cashback_counter', ['select', 'insert', 'update']);

    // The commission lines: what each clearing, refund or late match moved, once it is settled. `id` and `number` are the ledger transaction's.
    await runner.query(`create table cashback_movement (
      tenant_id uuid not null,
      id uuid not null,
      number bigint not null,
      kind text not null check (kind in ('reward', 'adjustment')),
      transaction_id uuid not null,
      purchase_id uuid not null,
      member_id uuid not null,
      merchant_id uuid not null,
      offer_id uuid not null,
      offer_version integer not null,
      currency text not null,
      amount bigint not null,
      cashback bigint not null,
      charge bigint not null,
      institution_part bigint not null,
      platform_part bigint not null,
      funded_merchant bigint not null,
      funded_institution bigint not null,
      funded_platform bigint not null,
      settled_at timestamptz not null,
      recorded_at timestamptz not null,
      window_id text,
      primary key (tenant_id, id),
      unique (tenant_id, number),
      foreign key (tenant_id, transaction_id) references card_transaction,
      check (charge = cashback + institution_part + platform_part),
      check (charge = funded_merchant + funded_institution + funded_platform)
    )`);
    await runner.query('create index cashback_movement_settled on cashback_movement (tenant_id, settled_at, number)');
    await runner.query('create index cashback_movement_purchase on cashback_movement (tenant_id, purchase_id, number)');
    await protectTenantTable(runner, 'cashback_movement', ['select', 'insert']);
    await runner.query('grant update (window_id) on cashback_movement to tallystick_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table cashback_movement, cashback_counter, card_clearing, card_transaction, cashback_batch');
  }
}
