import { isIP } from 'node:net';
import { Choice, Email, field, Integer, Text } from '@tallystick/platform';
import { ProgramIdField, RelationReferenceField, RelationTypeField, type ProgramName } from '../loyalife.fields.js';
import { OTP_TYPES } from './otp-types.js';

const CODE_DIGITS = 6;

const OtpTypeField = (): PropertyDecorator =>
  Choice(OTP_TYPES, { description: 'What the code is for: it confirms nothing else.', example: 'POINTTRANSFERCONFIRM' });

const AddressField = (description: string): PropertyDecorator =>
  field(
    {
      name: 'address',
      schema: { type: 'string', maxLength: 45 },
      check: (value) => typeof value === 'string' && isIP(value) > 0,
      message: 'Must be an IP address.',
    },
    { optional: true, description, example: '203.0.113.7' },
  );

/** A code as it is sent: a whole number, which has lost the zeros at its beginning, or a text. */
const OtpField = (): PropertyDecorator =>
  field(
    {
      name: 'otp',
      schema: {
        oneOf: [
          { type: 'integer', minimum: 0, maximum: 999_999 },
          { type: 'string', pattern: '^\\d{1,6}$', maxLength: CODE_DIGITS },
        ],
      },
      check: (value) => /^\d{1,6}$/.test(typeof value === 'number' || typeof value === 'string' ? String(value) : ''),
      message: 'Must be a code of up to 6 digits.',
    },
    { example: 482913 },
  );

/** The code that was mailed, with its zeros. */
export const codeIn = (otp: number | string): string => String(otp).padStart(CODE_DIGITS, '0');

class Asked {
  @OtpTypeField() OtpType: string;
  @RelationTypeField() RelationType?: number | string;
  @ProgramIdField() ProgramId?: ProgramName;
}

class AskedFor extends Asked {
  @AddressField('From where the member asks.') SourceAddress?: string;
  @Integer({ min: 1, max: 99, optional: true, description: 'By which channel the member asks.', example: 1 }) SourceCode?: number;
}

class Verified extends Asked {
  @OtpField() OTP: number | string;
  @AddressField('From where the member answers.') DestinationAddress?: string;
  @Choice(['Web', 'Mobile'], { optional: true, example: 'Web' }) Destination?: string;
}

const UniqueEmail = (): PropertyDecorator => Email({ description: "The member's e-mail address." });

/** A code for the member with this address. */
export class LoyalifeGenerateOtpDto extends AskedFor {
  @UniqueEmail() UniquerefID: string;
}

/** The code that this member was sent. */
export class LoyalifeVerifyOtpDto extends Verified {
  @UniqueEmail() UniquerefID: string;
}

/** A code for the member of this reference. */
export class LoyalifeGenerateOtpByReferenceDto extends AskedFor {
  @RelationReferenceField() RelationReference: string;
}

/** The code that this member was sent. */
export class LoyalifeVerifyOtpByReferenceDto extends Verified {
  @RelationReferenceField() RelationReference: string;
}

/** What a member presents. */
export class LoyalifeCredentialsDto {
  @RelationReferenceField() UniquerefID: string;
  @Text({
    max: 512,
    description: 'What the member proves themselves by: as it was set, hashed on your side or not.',
    example: '5f4dcc3b5aa765d61d8327deb882cf99',
  })
  Password: string;
  @RelationTypeField() RelationType?: number | string;
  @ProgramIdField() ProgramId?: ProgramName;
}

/** A member who has proved to be who they are. */
export class LoyalifeProvenMemberDto {
  @Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, example: 10000001 }) Id: number;
  @Text({ max: 200, nullable: true, example: 'Asha Rao' }) FullName: string | null;
  @Text({ max: 254, nullable: true, example: 'asha@example.com' }) Email: string | null;
  @Integer({ min: 1, max: 6, example: 1 }) Status: number;
  @field({ name: 'flag', schema: { type: 'boolean' }, check: () => true, message: '' }, { example: true }) IsAccountActivated: boolean;
  @Text({ max: 40, nullable: true, description: 'When they last came in before this.', example: null }) LastLoggedIn: string | null;
  @Integer({ min: 0, max: 99, description: 'Wrong ones in a row: a right one ends the count.', example: 0 }) LoginAttempt: number;
  @field(
    { name: 'flag', schema: { type: 'boolean' }, check: () => true, message: '' },
    { description: 'Credentials do not lapse here.', example: false },
  )
  ForceChangePassword: boolean;
}
