import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { requestContext, type RequestContext } from '@tallystick/kernel';
import { sendMail, UnitOfWork, type WriteTx } from '@tallystick/platform';
import { Passwords } from '../passwords/passwords.js';
import { AccountErased } from './account.acts.js';
import { accountErasers, type ErasedPerson } from './account-erasers.js';
import type { AccountDeletion } from './account-deletions.query.js';
import './identity.erasers.js';
import { LastAdminRule, tenantsThatKnow } from './last-admin.js';

/** What takes the place of a name. */
const NO_NAME = 'Deleted person';

/**
 * Carries out a deletion whose time has come: tenant by tenant, then on the platform, where it is marked as done. What was cut off begins
 * again and finds its own work done. Throws `last_admin` for who has become one meanwhile: the account stays until there is another.
 */
@Injectable()
export class EraseAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly passwords: Passwords,
    private readonly lastAdmin: LastAdminRule,
  ) {}

  async execute(ctx: RequestContext, deletion: AccountDeletion): Promise<void> {
    const { userId } = deletion;
    await this.lastAdmin.check(ctx, userId);
    const { actor, requestId } = ctx;
    const asPerson = requestContext({ tenantId: null, actor: { type: 'user', id: userId }, requestId } as const);
    const [known, tenants] = await this.unitOfWork.read(asPerson, async (tx) => [
      (await tx.query<{ email: string; full_name: string }>('select email, full_name from user_account where id = $1', [userId]))[0]!,
      await tenantsThatKnow(tx, userId),
    ]);
    const person = { userId, email: known.email, tombstone: `erased-${randomBytes(12).toString('hex')}@erased.invalid` };
    for (const tenantId of tenants) {
      await this.unitOfWork.run(requestContext({ tenantId, actor, requestId }), async (tx) => {
        await this.lastAdmin.checkInTenant(tx, userId);
        for (const eraser of accountErasers()) await eraser.inTenant?.(tx, person);
        tx.audit(AccountErased, { target: { type: 'user', id: userId } });
      });
    }
    const nobodysPassword = await this.passwords.hash(randomBytes(32).toString('base64'));
    await this.unitOfWork.platform(requestContext({ tenantId: null, actor, requestId }), async (tx) => {
      await this.lastAdmin.checkOnPlatform(tx, userId);
      if (await this.markDone(tx, deletion)) await this.eraseOnPlatform(tx, person, known.full_name, nobodysPassword);
    });
  }

  /** Whether it was still to be done: not when it was cancelled, or done by another process. */
  private async markDone(tx: WriteTx, { id }: AccountDeletion): Promise<boolean> {
    const marked = await tx.query(
      `update account_deletion set status = 'completed', completed_at = now(), reason = null, erased = $2
       where id = $1 and status = 'scheduled' returning 1`,
      [id, ['name, e-mail address, telephone number, picture and password', ...accountErasers().map(({ erases }) => erases)]],
    );
    return marked.length > 0;
  }

  private async eraseOnPlatform(tx: WriteTx, person: ErasedPerson, name: string, passwordHash: string): Promise<void> {
    const { userId, email, tombstone } = person;
    for (const eraser of accountErasers()) await eraser.onPlatform?.(tx, person);
    await tx.query('update account_deletion set reason = null where user_id = $1', [userId]);
    await tx.query(
      `update user_account set email = $2, full_name = $3, password_hash = $4, status = 'erased', phone_number = null, timezone = null,
         locale = null, avatar = null, last_login_at = null, email_verified_at = null where id = $1`,
      [userId, tombstone, NO_NAME, passwordHash],
    );
    // The last that goes to the address, which is known to this mail alone from now on.
    tx.enqueue(sendMail, { to: email, template: 'account-deleted', data: { name } });
    tx.audit(AccountErased, { target: { type: 'user', id: userId } });
  }
}
