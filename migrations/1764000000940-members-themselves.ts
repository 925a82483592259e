import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATUSES = ['active', 'inactive', 'suspended', 'login_blocked', 'blocked', 'cancelled', 'closed', 'merged', 'erased'];

/** Members as people who may act for themselves: a number to say aloud, the whole life of a status, and where a merged member went. */
export class MembersThemselves1764000000940 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A sequence and no counter of the tenant's: enrolling must not make one transaction wait for another.
    await runner.query('create sequence member_number as bigint start with 10000001');
    await runner.query('grant usage on sequence member_number to tallystick_runtime');
    await runner.query(`alter table member
      add column number bigint not null default nextval('member_number'),
      add column merged_into uuid,
      add column signed_in_at timestamptz,
      add unique (tenant_id, number),
      add foreign key (tenant_id, merged_into) references member,
      drop constraint member_status_check,
      add constraint member_status_check check (status in (${STATUSES.map((status) => `'${status}'`).join(', ')})),
      add constraint member_merged check ((status = 'merged') = (merged_into is not null) or status = 'erased')`);
    await runner.query('create index member_merged_into on member (tenant_id, merged_into) where merged_into is not null');
    for (const trail of ['audit_record', 'platform_audit_record']) {
      await runner.query(`alter table ${trail} drop constraint ${trail}_actor_type_check`);
      await runner.query(
        `alter table ${trail} add constraint ${trail}_actor_type_check check (actor_type in ('client', 'user', 'member', 'system', 'anonymous'))`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const trail of ['audit_record', 'platform_audit_record']) {
      await runner.query(`alter table ${trail} drop constraint ${trail}_actor_type_check`);
      await runner.query(
        `alter table ${trail} add constraint ${trail}_actor_type_check check (actor_type in ('client', 'user', 'system', 'anonymous')) not valid`,
      );
    }
    await runner.query(`update member set status = 'closed', merged_into = null where status not in ('active', 'suspended', 'closed')`);
    await runner.query(`alter table member drop constraint member_merged, drop constraint member_status_check, drop column signed_in_at, drop column merged_into,
      drop column number, add constraint member_status_check check (status in ('active', 'suspended', 'closed'))`);
    await runner.query('drop sequence member_number');
  }
}
