import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is of a member goes along when they are merged into another. */
export class CashbackOfMergedMembers1764000001021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('grant update (member_id) on cashback_movement to tallystick_runtime');
    await runner.query('grant update on offer_activation to tallystick_runtime');
    await runner.query('grant delete on cashback_counter to tallystick_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke delete on cashback_counter from tallystick_runtime');
    await runner.query('revoke update on offer_activation from tallystick_runtime');
    await runner.query('revoke update (member_id) on cashback_movement from tallystick_runtime');
  }
}
