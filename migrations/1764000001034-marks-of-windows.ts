import type { MigrationInterface, QueryRunner } from 'typeorm';

const STEPS = ['state', 'confirmed_at', 'confirmed_by', 'payouts_done', 'dispersed_at'];
const MARKS = ['lines_conciliated', 'lines_dispersed'];

/** How far the card transactions of a closed window have been marked: some thousand at a time, after it has closed. */
export class MarksOfWindows1764000001034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table conciliation_window
      add column lines_conciliated integer not null default 0, add column lines_dispersed integer not null default 0`);
    await this.letChange(runner, [...STEPS, ...MARKS]);
    // Until now a window was marked as a whole when it closed, and when it was dispersed.
    await runner.query('alter table conciliation_window disable trigger closed_for_good');
    await runner.query(`update conciliation_window set lines_conciliated = lines, lines_dispersed = case state when 'dispersed' then lines else 0 end
      where closed_at is not null`);
    await runner.query('alter table conciliation_window enable trigger closed_for_good');
    await runner.query(`alter table conciliation_window
      add constraint conciliation_window_marks check (lines_conciliated between 0 and coalesce(lines, 0) and lines_dispersed between 0 and lines_conciliated),
      add constraint conciliation_window_dispersed check (state <> 'dispersed' or lines_dispersed = lines)`);
    await runner.query(
      'create index conciliation_window_unmarked on conciliation_window (tenant_id, number) where lines_conciliated < lines',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index conciliation_window_unmarked');
    await runner.query(`alter table conciliation_window drop column lines_conciliated, drop column lines_dispersed`);
    await this.letChange(runner, STEPS);
  }

  /** Once closed, only how far its money has come may still be written, and that not after its end. */
  private async letChange(runner: QueryRunner, columns: readonly string[]): Promise<void> {
    const changing = `array[${columns.map((name) => `'${name}'`).join(', ')}]`;
    await runner.query(`create or replace function refuse_changing_closed_window() returns trigger language plpgsql as $$
      begin
        if old.closed_at is not null and (old.state = 'dispersed' or to_jsonb(old) - ${changing} is distinct from to_jsonb(new) - ${changing})
        then raise exception 'a closed window never changes' using errcode = 'restrict_violation'; end if;
        return new;
      end $$`);
  }
}
