import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint, NotFound, OPS } from '@tallystick/platform';
import { UnsentMailDto } from './mail.dto.js';
import { UnsentMails } from './unsent-mails.js';

@ApiTags('Operations')
@Controller('ops/mail')
export class MailController {
  constructor(private readonly mails: UnsentMails) {}

  @Get()
  @Endpoint({
    operationId: 'ops_mail_list',
    summary: 'List mails that were not sent for want of a mail server',
    description: 'The newest 50, to try things out with. Not found where SMTP_URL is set: mails are then sent and not kept.',
    permission: OPS,
    data: [UnsentMailDto],
    errors: [NotFound],
  })
  async list(): Promise<UnsentMailDto[]> {
    const mails = await this.mails.list();
    if (!mails) throw NotFound.with({ message: 'Mails are sent here and not kept' });
    return mails;
  }
}
