import { Email, Moment, Text, Uuid } from '@tallystick/platform';

/** A mail that lies in a file. */
export class UnsentMailDto {
  @Uuid({ description: 'Of the job that made it; the whole mail is the file of this name that ends with .eml.' })
  id: string;

  @Email()
  to: string;

  @Text({ max: 500, example: 'Choose a new password' })
  subject: string;

  @Text({ max: 20_000, example: 'Hello Asha Rao, ...' })
  text: string;

  @Moment()
  sent_at: string;
}
