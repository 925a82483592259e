import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the recommender has learnt of merchants, in generations, so that a list that was begun is read on as it began. Nothing here is about a
 * customer: what somebody bought is read from their card transactions when they ask.
 */
export class Recommender1764000001060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // What a part of the score counts for is learnt from how this tenant's customers buy; purchases recorded after
    // `heard_at` ask for the next generation.
    await runner.query(`create table recommender (
      tenant_id uuid not null,
      generation bigint not null check (generation > 0),
      likeness bigint not null check (likeness <= generation),
      computed_at timestamptz not null,
      heard_at timestamptz not null,
      liked_at timestamptz not null,
      took_ms integer not null check (took_ms >= 0),
      own_weight double precision not null check (own_weight between 0 and 1),
      category_weight double precision not null check (category_weight between 0 and 1),
      primary key (tenant_id, generation)
    )`);
    await protectTenantTable(runner, 'recommender', ['select', 'insert', 'update', 'delete']);

    // `purchases` are those of 90 days. `trend` is the merchant's part of all purchases as of late, `drift` how that is to its part of a
    // year, at most 1: what somebody bought where nobody buys any more says less. `in_category` is its part of what its category sells as of late.
    await runner.query(`create table merchant_trend (
      tenant_id uuid not null,
      generation bigint not null,
      merchant_id uuid not null,
      category text not null,
      purchases bigint not null check (purchases >= 0),
      trend double precision not null check (trend >= 0),
      drift double precision not null check (drift between 0 and 1),
      in_category double precision not null check (in_category >= 0),
      primary key (tenant_id, generation, merchant_id),
      foreign key (tenant_id, merchant_id) references merchant
    )`);
    await protectTenantTable(runner, 'merchant_trend', ['select', 'insert', 'delete']);

    // Where customers of a merchant buy besides: the parts of one merchant sum to 1.
    await runner.query(`create table merchant_likeness (
      tenant_id uuid not null,
      generation bigint not null,
      merchant_id uuid not null,
      other_id uuid not null,
      likeness double precision not null check (likeness > 0),
      primary key (tenant_id, generation, merchant_id, other_id),
      foreign key (tenant_id, merchant_id) references merchant,
      foreign key (tenant_id, other_id) references merchant,
      check (merchant_id <> other_id)
    )`);
    await protectTenantTable(runner, 'merchant_likeness', ['select', 'insert', 'delete']);

    // Purchases by when they were made, read off the index alone, and whether there are new ones.
    await runner.query(
      `create index card_transaction_bought on card_transaction (tenant_id, occurred_at) include (merchant_id, member_id, verdict)
       where type = 'purchase' and merchant_id is not null`,
    );
    await runner.query(
      `create index card_transaction_recorded on card_transaction (tenant_id, recorded_at) where type = 'purchase' and merchant_id is not null`,
    );
    await runner.query(`create index cashback_counter_member on cashback_counter (tenant_id, member_id, offer_id) where period = 'ever'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index cashback_counter_member, card_transaction_recorded, card_transaction_bought');
    await runner.query('drop table merchant_likeness, merchant_trend, recommender');
  }
}
