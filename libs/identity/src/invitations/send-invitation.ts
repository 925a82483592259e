import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '@tallystick/kernel';
import { CONFIG, Mail, type Config, type WriteTx } from '@tallystick/platform';
import { invitationLink, type InvitationToken } from './invitation-token.policy.js';
import { INVITATION_DAYS } from './invitation.js';
import { NewInvitations, type NewInvitation } from './new-invitations.js';

const PLATFORM_NAMES: Readonly<Record<string, string>> = { super_admin: 'super admin', internal_staff: 'staff' };

/** Sends invitations by mail. */
@Injectable()
export class SendInvitation {
  constructor(
    private readonly invitations: NewInvitations,
    private readonly mail: Mail,
    @Inject(CONFIG) private readonly config: Pick<Config, 'consoleUrl'>,
  ) {}

  /** Makes an invitation and sends it. Answers its id. Throws `duplicate` while another one to this address waits. */
  async create(tx: WriteTx, given: NewInvitation): Promise<string> {
    const { id, token } = await this.invitations.keep(tx, given);
    await this.send(tx, given, token);
    return id;
  }

  /** Sends an invitation again with a new link, which voids the old one. */
  async renew(tx: WriteTx, id: string, told: Pick<NewInvitation, 'email' | 'role'>): Promise<void> {
    await this.send(tx, told, await this.invitations.renew(tx, id));
  }

  private async send(tx: WriteTx, { email, role }: Pick<NewInvitation, 'email' | 'role'>, token: InvitationToken): Promise<void> {
    const { ctx } = tx;
    const [row] = await tx.query<{ inviter: string | null; place: string | null; role_name: string | null }>(
      `select (select full_name from user_account where id::text = $1) as inviter, (select name from tenant where id = $2) as place,
         (select name from role where tenant_id = $2 and code = $3) as role_name`,
      [ctx.actor.type === 'user' ? ctx.actor.id : null, ctx.tenantId, role],
    );
    const place = row?.place ?? 'Tallystick';
    this.mail.send(tx, {
      to: email.toLowerCase(),
      template: 'invitation',
      data: { place, inviter: row?.inviter ?? place, role: row?.role_name ?? nameOf(ctx, role), days: INVITATION_DAYS },
      secrets: { link: invitationLink(this.config.consoleUrl, token) },
    });
  }
}

const nameOf = ({ tenantId }: RequestContext, role: string): string =>
  (tenantId === null ? PLATFORM_NAMES[role] : undefined) ?? role.replaceAll('_', ' ');
