import { Inject, Injectable } from '@nestjs/common';
import { requestContext, type RequestContext } from '@tallystick/kernel';
import { Mail, MailRefused, renderMail, sendMail, type MailOrder, type MailTransport, type UnitOfWork } from '@tallystick/platform';
import { FindBranding } from '@tallystick/tenancy';
import { MAIL_TRANSPORT } from '../mail/mail-transport.provider.js';
import { HopelessJob, type SteppedJobHandler } from './job-handler.js';

/**
 * Hands a mail to the mail server outside any transaction. A crash between the server's answer and the end of the job sends it again under
 * the same message id, by which mailboxes know it (EML-01).
 */
@Injectable()
export class SendMailJob implements SteppedJobHandler<MailOrder> {
  readonly job = sendMail;

  constructor(
    private readonly mail: Mail,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    private readonly branding: FindBranding,
  ) {}

  async handleInSteps(ctx: RequestContext, unitOfWork: UnitOfWork, order: MailOrder, jobId: string): Promise<void> {
    const values = this.mail.open(order);
    const to = this.mail.addressOf(order);
    if (to === null) return;
    const rendered = await renderMail(order.template, values);
    const fromName = await this.senderOf(ctx, unitOfWork);
    try {
      await this.transport.send({ ...rendered, id: jobId, to, fromName });
    } catch (error) {
      throw error instanceof MailRefused ? new HopelessJob(error.message) : error;
    }
  }

  /** The name that the tenant of a mail wants to be known by; null for mails of the platform. */
  private async senderOf(ctx: RequestContext, unitOfWork: UnitOfWork): Promise<string | null> {
    const { tenantId } = ctx;
    if (tenantId === null) return null;
    const { emailFromName } = await unitOfWork.read(requestContext({ ...ctx, tenantId }), (tx) => this.branding.find(tx));
    return emailFromName;
  }
}
