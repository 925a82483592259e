import { Choice, Integer, Text, Uuid } from '@tallystick/platform';

export class MemberTokenDto {
  @Text({ max: 4_000, description: 'Send it as `Authorization: Bearer`.', example: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln' })
  access_token: string;

  @Choice(['Bearer'])
  token_type: 'Bearer';

  @Integer({ min: 1, max: 86_400, description: 'Seconds.', example: 900 })
  expires_in: number;

  @Uuid()
  member_id: string;
}
