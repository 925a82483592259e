import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Windows of conciliation, what they closed over, what they pay, and what was told of them. */
export class ConciliationWindows1764000001030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // From when a tenant's windows end weekly (0) or daily (1): a window keeps the rate it began under, however late it is closed.
    await runner.query(`create table conciliation_rate (
      tenant_id uuid not null,
      noted_at timestamptz not null,
      rate smallint not null check (rate in (0, 1)),
      primary key (tenant_id, noted_at)
    )`);
    await protectTenantTable(runner, 'conciliation_rate', ['select', 'insert']);

    // The foreign key says that each begins where the one before ended, under its hash: no gap, no overlap, one chain.
    await runner.query(`create table conciliation_window (
      tenant_id uuid not null,
      id text not null,
      number integer not null check (number > 0),
      previous_number integer,
      state text not null check (state in ('open', 'blocked', 'closed', 'dispersing', 'dispersed')),
      refresh_rate smallint not null check (refresh_rate in (0, 1)),
      zone text not null,
      starts_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > starts_at),
      last_day date not null,
      previous_hash text not null check (previous_hash ~ '^[0-9a-f]{64}$'),
      problem jsonb,
      lines integer check (lines >= 0),
      payouts integer check (payouts >= 0),
      totals jsonb,
      payout_totals jsonb,
      lines_hash text,
      payouts_hash text,
      hash text,
      closed_at timestamptz,
      confirmed_at timestamptz,
      confirmed_by text,
      payouts_done integer not null default 0 check (payouts_done >= 0),
      dispersed_at timestamptz,
      primary key (tenant_id, id),
      unique (tenant_id, number, ends_at, hash),
      unique (tenant_id, starts_at),
      foreign key (tenant_id, previous_number, starts_at, previous_hash) references conciliation_window (tenant_id, number, ends_at, hash),
      check ((number = 1) = (previous_number is null)),
      check (previous_number = number - 1),
      check ((state = 'blocked') = (problem is not null)),
      check ((state in ('open', 'blocked')) = (closed_at is null)),
      check ((closed_at is null) = (hash is null)),
      check ((hash is null) = (num_nulls(lines, payouts, totals, payout_totals, lines_hash, payouts_hash) > 0)),
      check ((state in ('dispersing', 'dispersed')) = (confirmed_at is not null) and (confirmed_at is null) = (confirmed_by is null)),
      check ((state = 'dispersed') = (dispersed_at is not null) and (state <> 'dispersed' or payouts_done = payouts))
    )`);
    await runner.query('create unique index conciliation_window_number on conciliation_window (tenant_id, number)');
    await runner.query(
      `create unique index conciliation_window_open on conciliation_window (tenant_id) where state in ('open', 'blocked')`,
    );
    await runner.query(
      `create index conciliation_window_undispersed on conciliation_window (tenant_id, number) where state in ('closed', 'dispersing')`,
    );
    await runner.query('create index conciliation_window_ends on conciliation_window (tenant_id, ends_at)');
    // Once closed, only how far its money has been paid out may still be written, and that not after its end.
    await runner.query(`create function refuse_changing_closed_window() returns trigger language plpgsql as $$
      begin
        if old.closed_at is not null and (old.state = 'dispersed'
          or to_jsonb(old) - array['state', 'confirmed_at', 'confirmed_by', 'payouts_done', 'dispersed_at']
            is distinct from to_jsonb(new) - array['state', 'confirmed_at', 'confirmed_by', 'payouts_done', 'dispersed_at'])
        then raise exception 'a closed window never changes' using errcode = 'restrict_violation'; end if;
        return new;
      end $$`);
    await runner.query(
      'create trigger closed_for_good before update on conciliation_window for each row execute function refuse_changing_closed_window()',
    );
    await runner.query('create trigger append_only before delete on conciliation_window for each row execute function refuse_change()');
    await protectTenantTable(runner, 'conciliation_window', ['select', 'insert', 'update']);

    // A movement of cashback in the one window that closed over it. Amounts count the minor unit of the currency.
    await runner.query(`create table conciliation_line (
      tenant_id uuid not null,
      window_id text not null,
      position integer not null check (position > 0),
      movement_id uuid not null,
      number bigint not null,
      state text not null check (state in ('conciliated', 'reversed', 'adjustment')),
      original_window_id text,
      source text not null,
      type text not null,
      reference text not null,
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
      primary key (tenant_id, window_id, position),
      unique (tenant_id, movement_id),
      foreign key (tenant_id, window_id) references conciliation_window,
      foreign key (tenant_id, original_window_id) references conciliation_window,
      foreign key (tenant_id, movement_id) references cashback_movement,
      check (original_window_id is null or state = 'adjustment'),
      check (original_window_id <> window_id)
    )`);
    await runner.query('create index conciliation_line_purchase on conciliation_line (tenant_id, purchase_id, number)');
    await runner.query('create index cashback_movement_open on cashback_movement (tenant_id, settled_at, number) where window_id is null');

    // What a customer gets at the end of a window. Below 0 nothing is paid: what is owed is carried on and set off against later windows.
    await runner.query(`create table conciliation_payout (
      tenant_id uuid not null,
      window_id text not null,
      window_number integer not null,
      position integer not null check (position > 0),
      member_id uuid not null,
      currency text not null,
      earned bigint not null,
      brought_forward bigint not null check (brought_forward <= 0),
      payout bigint not null check (payout >= 0),
      carried_forward bigint not null check (carried_forward <= 0),
      primary key (tenant_id, window_id, position),
      unique (tenant_id, member_id, currency, window_number),
      foreign key (tenant_id, window_id) references conciliation_window,
      check (earned + brought_forward = payout + carried_forward),
      check (payout = 0 or carried_forward = 0)
    )`);

    // What was told of a window: each body has the next number of the tenant's.
    await runner.query(`create table conciliation_message (
      tenant_id uuid not null,
      sequence bigint not null check (sequence > 0),
      window_id text not null,
      event_id uuid not null,
      event_name text not null,
      part integer not null check (part between 1 and parts),
      parts integer not null,
      primary key (tenant_id, sequence),
      unique (tenant_id, event_id),
      unique (tenant_id, window_id, event_name, part),
      foreign key (tenant_id, window_id) references conciliation_window
    )`);
    for (const table of ['conciliation_rate', 'conciliation_line', 'conciliation_payout', 'conciliation_message']) {
      await runner.query(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
      await runner.query(
        `create trigger append_only_whole before truncate on ${table} for each statement execute function refuse_change()`,
      );
      if (table !== 'conciliation_rate') await protectTenantTable(runner, table, ['select', 'insert']);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index cashback_movement_open');
    await runner.query('drop table conciliation_message, conciliation_payout, conciliation_line, conciliation_window, conciliation_rate');
    await runner.query('drop function refuse_changing_closed_window()');
  }
}
