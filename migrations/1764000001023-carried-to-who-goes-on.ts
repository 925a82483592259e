import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a merged customer owed when windows had closed is carried on by who goes on for them. */
export class CarriedToWhoGoesOn1764000001023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // After which window they were merged: the next one that pays who goes on sets it off.
    await runner.query(`create table conciliation_carry (
      tenant_id uuid not null,
      member_id uuid not null,
      currency text not null,
      into_id uuid not null check (into_id <> member_id),
      window_number integer not null check (window_number > 0),
      carried_forward bigint not null check (carried_forward < 0),
      primary key (tenant_id, member_id, currency),
      foreign key (tenant_id, member_id) references member,
      foreign key (tenant_id, into_id) references member
    )`);
    await runner.query('create index conciliation_carry_into on conciliation_carry (tenant_id, into_id, currency, window_number)');
    await runner.query(
      'create trigger append_only before update or delete on conciliation_carry for each row execute function refuse_change()',
    );
    await runner.query(
      'create trigger append_only_whole before truncate on conciliation_carry for each statement execute function refuse_change()',
    );
    await protectTenantTable(runner, 'conciliation_carry', ['select', 'insert']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table conciliation_carry');
  }
}
