import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Merchants, by what a card transaction knows them, where they are, and what they offer to whoever pays there by card. */
export class MerchantsAndOffers1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `rating` counts tenths of a star; `popularity` is what the worker counted last.
    await runner.query(`create table merchant (
      tenant_id uuid not null,
      id uuid not null,
      reference text not null check (length(reference) between 1 and 128),
      name text not null check (length(name) between 1 and 200),
      search_name text not null,
      status text not null check (status in ('active', 'inactive')),
      category text not null check (category in ('restaurants-bars', 'food-beverages', 'electronics-software', 'telecom-internet',
        'entertainment-events-tickets', 'books-games-movies-music', 'clothing-store', 'fitness-sports', 'health-beauty', 'education',
        'culture', 'tourism-hotels-accommodation', 'pet-related', 'stationery-office', 'home', 'services', 'other')),
      price_level smallint not null check (price_level between 1 and 5),
      rating smallint not null check (rating between 0 and 50),
      popularity bigint not null default 0 check (popularity >= 0),
      business_type text check (business_type in ('physical_venue', 'ecommerce')),
      url text,
      logo_url text,
      social_media jsonb not null default '[]',
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, reference)
    )`);
    await protectTenantTable(runner, 'merchant', ['select', 'insert', 'update']);

    // By what a card transaction names a merchant, normalized; one value names one merchant. MCCs are shared and only narrow down.
    await runner.query(`create table merchant_identifier (
      tenant_id uuid not null,
      kind text not null check (kind in ('merchant_id', 'terminal_id', 'descriptor')),
      value text not null check (length(value) between 1 and 128),
      merchant_id uuid not null,
      given text not null,
      primary key (tenant_id, kind, value),
      foreign key (tenant_id, merchant_id) references merchant on delete cascade
    )`);
    await runner.query('create index merchant_identifier_merchant on merchant_identifier (tenant_id, merchant_id, kind)');
    await protectTenantTable(runner, 'merchant_identifier', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table merchant_mcc (
      tenant_id uuid not null,
      mcc text not null check (mcc ~ '^[0-9]{4}$'),
      merchant_id uuid not null,
      primary key (tenant_id, mcc, merchant_id),
      foreign key (tenant_id, merchant_id) references merchant on delete cascade
    )`);
    await runner.query('create index merchant_mcc_merchant on merchant_mcc (tenant_id, merchant_id)');
    await protectTenantTable(runner, 'merchant_mcc', ['select', 'insert', 'delete']);

    // Letters of names and descriptors by threes. Under row-level security an index serves equality alone, so trigrams are rows here, not pg_trgm.
    await runner.query(`create table merchant_gram (
      tenant_id uuid not null,
      source text not null check (source in ('name', 'descriptor')),
      gram text not null check (length(gram) between 1 and 3),
      merchant_id uuid not null,
      value text not null,
      primary key (tenant_id, source, gram, merchant_id, value),
      foreign key (tenant_id, merchant_id) references merchant on delete cascade
    )`);
    await runner.query('create index merchant_gram_merchant on merchant_gram (tenant_id, merchant_id, source)');
    await protectTenantTable(runner, 'merchant_gram', ['select', 'insert', 'delete']);

    // `cell` names the square of a twentieth of a degree that the venue is in: found by equality, measured exactly afterwards.
    await runner.query(`create table venue (
      tenant_id uuid not null,
      id uuid not null,
      merchant_id uuid not null,
      reference text not null check (length(reference) between 1 and 128),
      name text not null check (length(name) between 1 and 200),
      status text not null check (status in ('active', 'inactive')),
      street_address text,
      zipcode text,
      latitude double precision not null check (latitude between -90 and 90),
      longitude double precision not null check (longitude between -180 and 180),
      cell integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, merchant_id, reference),
      foreign key (tenant_id, merchant_id) references merchant on delete cascade
    )`);
    await runner.query('create index venue_cell on venue (tenant_id, cell, merchant_id)');
    await protectTenantTable(runner, 'venue', ['select', 'insert', 'update', 'delete']);

    // Amounts count the minor unit of `currency`; shares are basis points and sum to 10,000. What the merchant, the institution and the
    // platform pay (`funded_by_*`) and what the customer, the institution and the platform get of it (`share_*`) is the same sum (C4.4).
    await runner.query(`create table offer (
      tenant_id uuid not null,
      id uuid not null,
      merchant_id uuid not null,
      reference text not null check (length(reference) between 1 and 128),
      name text not null check (length(name) between 1 and 200),
      status text not null check (status in ('draft', 'active', 'paused', 'ended')),
      kind text not null check (kind in ('first_time', 'recurring')),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      rate_bps integer check (rate_bps between 1 and 10000),
      fixed_amount bigint check (fixed_amount > 0),
      rounding text not null check (rounding in ('floor', 'half_up', 'half_even')),
      min_amount bigint check (min_amount > 0),
      cap_per_transaction bigint check (cap_per_transaction > 0),
      cap_per_period bigint check (cap_per_period > 0),
      cap_period text check (cap_period in ('day', 'week', 'month')),
      per_user_limit integer check (per_user_limit > 0),
      budget bigint check (budget > 0),
      spent bigint not null default 0 check (spent >= 0 and (budget is null or spent <= budget)),
      funded_by_merchant integer not null check (funded_by_merchant >= 0),
      funded_by_institution integer not null check (funded_by_institution >= 0),
      funded_by_platform integer not null check (funded_by_platform >= 0),
      share_customer integer not null check (share_customer > 0),
      share_institution integer not null check (share_institution >= 0),
      share_platform integer not null check (share_platform >= 0),
      requires_activation boolean not null,
      starts_at timestamptz not null,
      ends_at timestamptz check (ends_at > starts_at),
      version integer not null check (version > 0),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, id),
      unique (tenant_id, reference),
      foreign key (tenant_id, merchant_id) references merchant,
      check ((rate_bps is null) <> (fixed_amount is null)),
      check ((cap_per_period is null) = (cap_period is null)),
      check (funded_by_merchant + funded_by_institution + funded_by_platform = 10000),
      check (share_customer + share_institution + share_platform = 10000)
    )`);
    await runner.query('create index offer_merchant on offer (tenant_id, merchant_id, status)');
    await protectTenantTable(runner, 'offer', ['select', 'insert', 'update']);

    // The terms that postings name: a change of an offer makes a new version, what was rewarded keeps the one it was rewarded under.
    await runner.query(`create table offer_version (
      tenant_id uuid not null,
      offer_id uuid not null,
      version integer not null check (version > 0),
      terms jsonb not null,
      made_by uuid not null,
      made_at timestamptz not null,
      primary key (tenant_id, offer_id, version),
      foreign key (tenant_id, offer_id) references offer
    )`);
    await protectTenantTable(runner, 'offer_version', ['select', 'insert']);

    await runner.query(`create table offer_activation (
      tenant_id uuid not null,
      offer_id uuid not null,
      member_id uuid not null,
      activated_at timestamptz not null,
      primary key (tenant_id, offer_id, member_id),
      foreign key (tenant_id, offer_id) references offer,
      foreign key (tenant_id, member_id) references member
    )`);
    await runner.query('create index offer_activation_member on offer_activation (tenant_id, member_id, offer_id)');
    await protectTenantTable(runner, 'offer_activation', ['select', 'insert', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table offer_activation, offer_version, offer, venue, merchant_gram, merchant_mcc, merchant_identifier, merchant',
    );
  }
}
