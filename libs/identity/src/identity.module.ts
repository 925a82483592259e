import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { CONFIG, type Config } from '@tallystick/platform';
import { AccessGuard } from './access.guard.js';
import { AccessTokenSigner } from './access-token-signer.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AssignTenantRole } from './assign-tenant-role.operation.js';
import { CreateApiClient } from './create-api-client.operation.js';
import { CreateUser } from './create-user.operation.js';
import { IssueClientToken } from './issue-client-token.operation.js';
import { Passwords } from './passwords.js';
import { RevokeApiClient } from './revoke-api-client.operation.js';
import { RotateSigningKey } from './rotate-signing-key.operation.js';
import { SetPassword } from './set-password.operation.js';
import { SignIn } from './sign-in.operation.js';
import { FindStanding } from './standing.query.js';
import { Standings } from './standings.js';
import { TokenSettings } from './token-settings.js';
import { FindUserProfile } from './user-profile.query.js';
import { VerificationKeys } from './verification-keys.js';

const operations = [
  AssignTenantRole,
  CreateApiClient,
  CreateUser,
  FindUserProfile,
  IssueClientToken,
  Passwords,
  RevokeApiClient,
  RotateSigningKey,
  SetPassword,
  SignIn,
  VerificationKeys,
  { provide: TokenSettings, inject: [CONFIG], useFactory: ({ publicUrl }: Config) => new TokenSettings(publicUrl) },
];

/** Who people and servers are, and what they may do. Guards every route of the app that imports it. */
@Module({
  imports: [PassportModule],
  providers: [
    ...operations,
    AccessTokenSigner,
    AccessTokenStrategy,
    FindStanding,
    Standings,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: operations,
})
export class IdentityModule {}
