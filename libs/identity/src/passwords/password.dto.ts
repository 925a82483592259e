import { Text, Uuid } from '@tallystick/platform';
import { LinkToken, PasscodeText } from '../passcodes/passcode.dto.js';
import { LONGEST_PASSWORD, NewPassword } from './password.policy.js';

export class ChangePasswordDto {
  @Text({ max: LONGEST_PASSWORD, description: 'Exactly as typed.', example: 'correct horse battery staple' })
  current_password: string;

  @NewPassword()
  new_password: string;
}

export class ResetPasswordDto {
  @Uuid({ optional: true, description: 'Whose the token must be; only with `token`.' })
  uid?: string;

  @LinkToken()
  token?: string;

  @Uuid({ optional: true, description: 'With `otp`, in place of `token`: of a code of the purpose `password_reset`.' })
  challenge_id?: string;

  @PasscodeText(true)
  otp?: string;

  @NewPassword()
  new_password: string;
}
