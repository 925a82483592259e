import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the directory shows of an offer, in one row: a list in any order, with any filter, is read off an index instead of joined and sorted.
 * Kept in the transaction that changes the offer or its merchant; an offer that is not active, has no budget left or whose merchant is not
 * active has no row. Whether it has begun and not yet ended is asked of the row.
 */
export class Directory1764000001010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table directory_entry (
      tenant_id uuid not null,
      offer_id uuid not null,
      merchant_id uuid not null,
      category text not null,
      price_level smallint not null,
      rating smallint not null,
      popularity bigint not null,
      business_type text not null,
      kind text not null,
      rate_bps integer not null,
      name text not null,
      created_at timestamptz not null,
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      primary key (tenant_id, offer_id),
      foreign key (tenant_id, offer_id) references offer,
      foreign key (tenant_id, merchant_id) references merchant
    )`);
    await runner.query('create index directory_entry_merchant on directory_entry (tenant_id, merchant_id)');
    // One for each order; what filters ask stands beside it, so that a page and a count are read off the index alone.
    const asked = 'include (merchant_id, category, price_level, business_type, kind, starts_at, ends_at)';
    await runner.query(`create index directory_entry_popularity on directory_entry (tenant_id, popularity, offer_id) ${asked}`);
    await runner.query(`create index directory_entry_rating on directory_entry (tenant_id, rating, offer_id) ${asked}`);
    await runner.query(`create index directory_entry_created on directory_entry (tenant_id, created_at, offer_id) ${asked}`);
    await runner.query(`create index directory_entry_rate on directory_entry (tenant_id, rate_bps, offer_id) ${asked}`);
    await runner.query(`create index directory_entry_name on directory_entry (tenant_id, name, offer_id) ${asked}`);
    await runner.query('create index directory_entry_category on directory_entry (tenant_id, category, popularity, offer_id)');
    await protectTenantTable(runner, 'directory_entry', ['select', 'insert', 'update', 'delete']);

    // Versions are also made by files and other work of ours, which has no account.
    await runner.query('alter table offer_version alter column made_by type text');

    // Where venues are, without their rows.
    await runner.query('drop index venue_cell');
    await runner.query(
      `create index venue_cell on venue (tenant_id, cell) include (merchant_id, latitude, longitude) where status = 'active'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index venue_cell');
    await runner.query('create index venue_cell on venue (tenant_id, cell, merchant_id)');
    await runner.query('alter table offer_version alter column made_by type uuid using made_by::uuid');
    await runner.query('drop table directory_entry');
  }
}
