import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Erasures of members: asked for, taken back, done. What erasing must reach in tables that are otherwise only added to, it may. */
export class MemberErasure1764000000943 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table member_erasure (
      tenant_id uuid not null,
      member_id uuid not null,
      id uuid not null,
      status text not null check (status in ('scheduled', 'cancelled', 'erased')),
      forfeit_points boolean not null,
      requested_at timestamptz not null,
      erase_at timestamptz not null,
      settled_at timestamptz check ((settled_at is null) = (status = 'scheduled')),
      primary key (tenant_id, id),
      foreign key (tenant_id, member_id) references member
    )`);
    await runner.query(`create unique index member_erasure_open on member_erasure (tenant_id, member_id) where status = 'scheduled'`);
    await runner.query(`create index member_erasure_due on member_erasure (tenant_id, erase_at) where status = 'scheduled'`);
    await protectTenantTable(runner, 'member_erasure', ['select', 'insert', 'update']);
    // An event tells of a new member by the tenant's reference, which is personal as well (C9.3).
    await runner.query('grant update (data) on event to tallystick_runtime');
    await runner.query(`create index event_of_member on event (tenant_id, (data ->> 'id')) where name = 'member.created'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index event_of_member');
    await runner.query('revoke update (data) on event from tallystick_runtime');
    await runner.query('drop table member_erasure');
  }
}
