import { Module } from '@nestjs/common';
import { IdentityModule } from '@tallystick/identity';
import { TenancyModule } from '@tallystick/tenancy';
import { LoyaltyModule } from '../loyalty.module.js';
import { CheckMemberCredentials } from './check-member-credentials.operation.js';
import { ErasureReceipts } from './erasure-receipts.js';
import { IssueMemberToken } from './issue-member-token.operation.js';
import { RequestMemberPasscode } from './request-member-passcode.operation.js';
import { SetMemberCredentials } from './set-member-credentials.operation.js';
import { SignInMember } from './sign-in-member.operation.js';
import { VerifyMemberPasscode } from './verify-member-passcode.operation.js';

const ROOM = [
  CheckMemberCredentials,
  ErasureReceipts,
  IssueMemberToken,
  RequestMemberPasscode,
  SetMemberCredentials,
  SignInMember,
  VerifyMemberPasscode,
];

/** How members prove who they are; apart from the room of loyalty, which the worker has too, where nobody signs in. */
@Module({ imports: [IdentityModule, LoyaltyModule, TenancyModule], providers: ROOM, exports: ROOM })
export class MemberAuthModule {}
