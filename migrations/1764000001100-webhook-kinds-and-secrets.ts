import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints that other rooms keep for a purpose of theirs, what they are signed by, and the secret before while it still signs. */
export class WebhookKindsAndSecrets1764000001100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table webhook_endpoint
      add column kind text not null default 'standard' check (kind in ('standard', 'reworth')),
      add column purpose text check (length(purpose) between 1 and 50),
      add column previous_secret text,
      add column previous_secret_expires_at timestamptz,
      add constraint webhook_endpoint_previous_secret_ends check ((previous_secret is null) = (previous_secret_expires_at is null))`);
    await runner.query(
      `create unique index webhook_endpoint_purpose on webhook_endpoint (tenant_id, purpose) where purpose is not null and status <> 'removed'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index webhook_endpoint_purpose');
    await runner.query(
      'alter table webhook_endpoint drop column kind, drop column purpose, drop column previous_secret, drop column previous_secret_expires_at',
    );
  }
}
