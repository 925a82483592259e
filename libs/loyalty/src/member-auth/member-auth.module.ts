import { Module } from '@nestjs/common';
import { IdentityModule } from '@tallystick/identity';
import { LoyaltyModule } from '../loyalty.module.js';
import { IssueMemberToken } from './issue-member-token.operation.js';

const ROOM = [IssueMemberToken];

/** How members prove who they are; apart from the room of loyalty, which the worker has too, where nobody signs in. */
@Module({ imports: [IdentityModule, LoyaltyModule], providers: ROOM, exports: ROOM })
export class MemberAuthModule {}
