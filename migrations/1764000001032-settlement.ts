import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Settlement files, and where they differ from what institutions told and the ledger has. */
export class Settlement1764000001032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table settlement_file (
      tenant_id uuid not null,
      id uuid not null,
      window_id text not null,
      source text not null check (length(source) between 1 and 50),
      name text not null check (length(name) between 1 and 255),
      size bigint not null,
      sha256 text not null,
      status text not null check (status in ('received', 'processing', 'completed', 'refused')),
      code text,
      reason text,
      rows_total integer,
      rows_done integer not null default 0,
      accepted integer not null default 0,
      duplicates integer not null default 0,
      rejected integer not null default 0,
      byte_offset bigint not null default 0,
      line integer not null default 1,
      created_by text not null,
      created_at timestamptz not null,
      finished_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, window_id) references conciliation_window,
      check (rows_done = accepted + duplicates + rejected),
      check ((status = 'refused') = (code is not null))
    )`);
    // The same content, or another under the same name, is taken once (C10.7); what was refused takes no place.
    await runner.query(`create unique index settlement_file_content on settlement_file (tenant_id, sha256) where status <> 'refused'`);
    await runner.query(`create unique index settlement_file_name on settlement_file (tenant_id, name) where status <> 'refused'`);
    await runner.query('create index settlement_file_window on settlement_file (tenant_id, window_id)');
    await runner.query(
      `create index settlement_file_waiting on settlement_file (tenant_id, id) where status in ('received', 'processing')`,
    );
    await protectTenantTable(runner, 'settlement_file', ['select', 'insert', 'update']);

    // \`code\`, \`field\` and \`reason\` say why a row was rejected; of such a row only what could be read is kept.
    await runner.query(`create table settlement_row (
      tenant_id uuid not null,
      file_id uuid not null,
      line integer not null,
      status text not null check (status in ('accepted', 'duplicate', 'rejected')),
      type text check (type in ('purchase', 'refund', 'reversal')),
      source text,
      reference text,
      part integer,
      currency text,
      amount bigint check (amount > 0),
      settled_at timestamptz,
      code text,
      field text,
      reason text,
      primary key (tenant_id, file_id, line),
      foreign key (tenant_id, file_id) references settlement_file,
      check ((status = 'rejected') = (reason is not null)),
      check (status = 'rejected' or num_nulls(type, source, reference, part, currency, amount) = 0)
    )`);
    await runner.query(
      `create unique index settlement_row_once on settlement_row (tenant_id, source, type, reference, part) where status = 'accepted'`,
    );
    await protectTenantTable(runner, 'settlement_row', ['select', 'insert']);
    await runner.query(
      'create trigger append_only before update or delete on settlement_row for each row execute function refuse_change()',
    );

    await runner.query('create index card_clearing_settled on card_clearing (tenant_id, settled_at)');
    await runner.query(
      `create index card_transaction_returned on card_transaction (tenant_id, settled_at) where type <> 'purchase' and status = 'settled'`,
    );

    // What the last three-way match of a window came to; matched anew with every file and every window that closes.
    await runner.query(`create table conciliation_match (
      tenant_id uuid not null,
      window_id text not null,
      totals jsonb not null,
      inputs jsonb not null,
      balanced boolean not null,
      matched_at timestamptz not null,
      primary key (tenant_id, window_id),
      foreign key (tenant_id, window_id) references conciliation_window
    )`);
    await protectTenantTable(runner, 'conciliation_match', ['select', 'insert', 'update']);

    await runner.query(`create table conciliation_difference (
      tenant_id uuid not null,
      id uuid not null,
      window_id text not null,
      kind text not null check (kind in ('missing_in_file', 'missing_in_ledger', 'amount_differs', 'duplicate')),
      source text not null,
      type text not null,
      reference text not null,
      part integer not null,
      place text not null,
      told_currency text,
      told_amount bigint,
      file_id uuid,
      file_line integer,
      file_currency text,
      file_amount bigint,
      state text not null check (state in ('open', 'assigned', 'resolved')),
      owner_id uuid,
      note text check (length(note) between 1 and 2000),
      resolution text check (resolution in ('accepted', 'corrected', 'not_ours', 'written_off', 'matched_later')),
      found_at timestamptz not null,
      updated_at timestamptz not null,
      resolved_at timestamptz,
      resolved_by text,
      primary key (tenant_id, id),
      unique (tenant_id, window_id, kind, source, type, reference, part, place),
      foreign key (tenant_id, window_id) references conciliation_window,
      check ((state = 'resolved') = (resolution is not null) and (resolution is null) = (resolved_at is null)
        and (resolution is null) = (resolved_by is null)),
      check (state <> 'assigned' or owner_id is not null)
    )`);
    await runner.query('create index conciliation_difference_found on conciliation_difference (tenant_id, found_at, id)');
    await protectTenantTable(runner, 'conciliation_difference', ['select', 'insert', 'update']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index card_clearing_settled, card_transaction_returned');
    await runner.query('drop table conciliation_difference, conciliation_match, settlement_row, settlement_file');
  }
}
