import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Access tokens that a client is given again until they lapse: the Loyalife dialect promises the same token to every call (C10.1). */
export class KeptAccessTokens1764000000970 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table kept_access_token (
      tenant_id uuid not null,
      api_client_id uuid not null,
      binding text not null check (length(binding) between 1 and 200),
      token_id uuid not null,
      sealed text not null,
      expires_at timestamptz not null,
      primary key (tenant_id, api_client_id, binding),
      unique (tenant_id, token_id),
      foreign key (tenant_id, api_client_id) references api_client
    )`);
    await runner.query(`comment on column kept_access_token.binding is
      'For which dialect the token is kept, and for which member where it is good for one alone.'`);
    await protectTenantTable(runner, 'kept_access_token', ['select', 'insert', 'update', 'delete']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kept_access_token');
  }
}
