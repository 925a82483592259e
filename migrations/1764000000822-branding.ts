import { protectTenantTable } from '@tallystick/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const image = (name: string): string => `
  ${name}_url text check (length(${name}_url) <= 2000 and ${name}_url like 'https://%'),
  ${name}_file text check (${name}_file ~ '^[0-9a-f]{64}\\.(png|jpg|webp)$'),
  check (${name}_url is null or ${name}_file is null)`;

/** How tenants show themselves. An image is a file of ours, or lies at an address elsewhere. */
export class Branding1764000000822 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table tenant_branding (
      tenant_id uuid primary key references tenant,
      ${image('logo')},
      ${image('favicon')},
      primary_color text check (primary_color ~ '^#[0-9A-Fa-f]{6}$'),
      secondary_color text check (secondary_color ~ '^#[0-9A-Fa-f]{6}$'),
      font_family text check (length(font_family) between 1 and 100),
      email_from_name text check (length(email_from_name) between 1 and 78),
      custom_css text check (length(custom_css) between 1 and 10000),
      updated_at timestamptz not null default now()
    )`);
    await protectTenantTable(runner, 'tenant_branding', ['select', 'insert', 'update']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tenant_branding');
  }
}
