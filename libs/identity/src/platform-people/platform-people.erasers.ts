import { defineEraser } from '../accounts/account-erasers.js';
import { withdrawInvitationsOf } from '../invitations/pending-invitations.js';

defineEraser({
  erases: 'role on the platform, and the name and address in invitations to it',
  onPlatform: async (tx, { userId, email, tombstone }) => {
    await tx.query(
      `update platform_invitation set email = $2, full_name = null,
         status = case when status = 'pending' then 'revoked' else status end, settled_at = coalesce(settled_at, now())
       where email = $1`,
      [email, tombstone],
    );
    await withdrawInvitationsOf(tx, userId);
    await tx.query('delete from platform_role where user_id = $1', [userId]);
  },
});
