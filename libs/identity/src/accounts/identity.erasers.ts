import { withdrawInvitationsOf } from '../invitations/pending-invitations.js';
import { subjectOf } from '../passcodes/passcodes.js';
import '../platform-people/platform-people.erasers.js';
import { defineEraser } from './account-erasers.js';

defineEraser({
  erases: 'sessions, refresh tokens and where they were opened from',
  onPlatform: async (tx, { userId }) => void (await tx.query('delete from user_session where user_id = $1', [userId])),
});
defineEraser({
  erases: 'second factor and recovery codes',
  onPlatform: async (tx, { userId }) => void (await tx.query('delete from mfa_factor where user_id = $1', [userId])),
});
defineEraser({
  erases: 'one-time passcodes and links',
  onPlatform: async (tx, { userId }) => void (await tx.query('delete from passcode_challenge where subject = $1', [subjectOf(userId)])),
});
defineEraser({
  erases: 'roles in tenants, and the name and address in their invitations',
  inTenant: async (tx, { userId, email, tombstone }) => {
    await tx.query(`update invitation set email = $3, full_name = null where tenant_id = $1 and email = $2 and status <> 'pending'`, [
      tx.ctx.tenantId,
      email,
      tombstone,
    ]);
    await withdrawInvitationsOf(tx, userId);
    await tx.query('delete from tenant_user where tenant_id = $1 and user_id = $2', [tx.ctx.tenantId, userId]);
  },
});
