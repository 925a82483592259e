import { PasscodeText } from '@tallystick/identity';
import { Choice, Email, Moment, Text, Uuid } from '@tallystick/platform';

const Slug = (): PropertyDecorator =>
  Text({
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    hint: 'Must be the slug of a tenant.',
    description: 'The name of the tenant in addresses.',
    example: 'demo',
  });

export class RequestMemberOtpDto {
  @Slug()
  tenant: string;

  @Email({ description: 'The address that the tenant knows.' })
  identifier: string;

  @Choice(['email'], { description: 'Codes go by mail; there is no provider of text messages yet.' })
  channel: 'email';
}

export class MemberSignInDto {
  @Slug()
  tenant: string;

  @Uuid({ description: 'Of the answer to `POST /member-auth/otp/request`.' })
  challenge_id: string;

  @PasscodeText()
  otp: string;
}

const OtpType = (): PropertyDecorator =>
  Text({
    max: 64,
    pattern: /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
    hint: 'Must be a word of letters, digits and _.',
    description: "What the code is for, in the tenant's own words: it confirms nothing else.",
    example: 'POINTTRANSFERCONFIRM',
  });

export class RequestOtpOfMemberDto {
  @OtpType()
  type: string;

  @Choice(['email'], { description: 'Codes go by mail; there is no provider of text messages yet.' })
  channel: 'email';
}

export class VerifyOtpOfMemberDto {
  @OtpType()
  type: string;

  @PasscodeText()
  otp: string;
}

const SECRET = {
  min: 6,
  max: 512,
  description:
    'What the member proves themselves by: a password, or a hash that was made of it on your side. Exactly this is presented later.',
  example: 'correct horse battery staple',
};

export class MemberCredentialsDto {
  @Text(SECRET)
  secret: string;
}

export class CheckMemberCredentialsDto {
  @Text({ max: 200, description: "The tenant's own id of the member.", example: 'CUST-1001' })
  reference: string;

  @Text(SECRET)
  secret: string;
}

export class ProvenMemberDto {
  @Uuid()
  member_id: string;

  @Choice(['active', 'inactive'], { description: 'Inactive: enrolled and not yet come in.', example: 'active' })
  status: string;

  @Moment({ nullable: true, description: 'When they last came in before this.', example: null })
  last_signed_in_at: string | null;
}
