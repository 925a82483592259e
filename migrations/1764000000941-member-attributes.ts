import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key per member, what a tenant keeps of members besides, and what leads to a member: cards, accounts, devices, ids elsewhere. */
export class MemberAttributes1764000000941 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Whoever destroys this row has erased all that it sealed, in every backup that does not have it.
    await runner.query(`create table member_key (
      tenant_id uuid not null,
      member_id uuid not null,
      wrapped text not null,
      primary key (tenant_id, member_id),
      foreign key (tenant_id, member_id) references member
    )`);
    await protectTenantTable(runner, 'member_key', ['select', 'insert', 'update', 'delete']);
    // Profiles from before are sealed by the keyring itself until they are next written.
    await runner.query('alter table member_profile add column keyed boolean not null default false');
    await runner.query('grant delete on member_profile to tallystick_runtime');

    await runner.query(`create table attribute_definition (
      tenant_id uuid not null,
      code text not null check (code ~ '^[A-Za-z][A-Za-z0-9_]{0,63}$'),
      name text not null check (length(name) between 1 and 200),
      data_type text not null check (data_type in ('string', 'date', 'number', 'selection')),
      options text[],
      is_unique boolean not null,
      is_mandatory boolean not null,
      is_personal boolean not null,
      file_key text not null check (length(file_key) between 1 and 64),
      in_use boolean not null default false,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, code),
      unique (tenant_id, file_key),
      check ((data_type = 'selection') = (options is not null))
    )`);
    await protectTenantTable(runner, 'attribute_definition', ['select', 'insert', 'update', 'delete']);

    // Keyed hashes of unique values: one member a value, and the way to find them by it.
    await runner.query(`create table member_attribute (
      tenant_id uuid not null,
      code text not null,
      value_index bytea not null check (octet_length(value_index) = 32),
      member_id uuid not null,
      primary key (tenant_id, code, value_index),
      unique (tenant_id, member_id, code),
      foreign key (tenant_id, code) references attribute_definition,
      foreign key (tenant_id, member_id) references member
    )`);
    await protectTenantTable(runner, 'member_attribute', ['select', 'insert', 'update', 'delete']);

    await runner.query(`create table member_relation (
      tenant_id uuid not null,
      member_id uuid not null,
      id uuid not null,
      kind text not null check (kind in ('card', 'account', 'device', 'external')),
      sealed text not null,
      value_index bytea not null check (octet_length(value_index) = 32),
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, member_id, value_index),
      foreign key (tenant_id, member_id) references member
    )`);
    await runner.query('create index member_relation_value on member_relation (tenant_id, value_index)');
    await protectTenantTable(runner, 'member_relation', ['select', 'insert', 'update', 'delete']);

    // By keyed hashes: under which references people were erased.
    await runner.query(`create table member_tombstone (
      tenant_id uuid not null,
      reference_index bytea not null check (octet_length(reference_index) = 32),
      erased_at timestamptz not null,
      primary key (tenant_id, reference_index)
    )`);
    await protectTenantTable(runner, 'member_tombstone', ['select', 'insert', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table member_tombstone, member_relation, member_attribute, attribute_definition');
    await runner.query('alter table member_profile drop column keyed');
    await runner.query('revoke delete on member_profile from tallystick_runtime');
    await runner.query('drop table member_key');
  }
}
