import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What callers write beside a transaction goes apart from it, unsealed, so that it can be forgotten; what erasing must reach in tables that
 * are otherwise only added to, it may; an erasure keeps what its receipt says.
 */
export class WhatErasureReaches1764000000993 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table ledger_note (
      tenant_id uuid not null,
      transaction_id uuid not null,
      narration text,
      metadata jsonb,
      primary key (tenant_id, transaction_id),
      check (narration is not null or metadata is not null)
    )`);
    await protectTenantTable(runner, 'ledger_note', ['select', 'insert', 'delete']);
    await runner.query('alter table member_erasure add column destroyed jsonb');
    await runner.query('grant update (fingerprint, body) on idempotency_key to tallystick_runtime');
    // The ids of a user of a company may be the tenant's own, and lead to the person: erasing replaces them, wherever they are named.
    for (const table of ['coin_allocation', 'card_points'])
      await runner.query(`alter table ${table} drop constraint ${table}_tenant_id_user_id_fkey,
        add constraint ${table}_tenant_id_user_id_fkey foreign key (tenant_id, user_id) references coin_user on update cascade`);
    await runner.query('grant update (id, card_id) on coin_user to tallystick_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke update (id, card_id) on coin_user from tallystick_runtime');
    for (const table of ['coin_allocation', 'card_points'])
      await runner.query(`alter table ${table} drop constraint ${table}_tenant_id_user_id_fkey,
        add constraint ${table}_tenant_id_user_id_fkey foreign key (tenant_id, user_id) references coin_user`);
    await runner.query('revoke update (fingerprint, body) on idempotency_key from tallystick_runtime');
    await runner.query('alter table member_erasure drop column destroyed');
    await runner.query('drop table ledger_note');
  }
}
