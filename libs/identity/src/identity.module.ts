import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { CONFIG, type Config } from '@tallystick/platform';
import { AccessGuard } from './access/access.guard.js';
import { AccessTokenSigner } from './access/access-token-signer.js';
import { AccessTokenStrategy } from './access/access-token.strategy.js';
import { clientOperations } from './clients/client-operations.js';
import { peopleOperations } from './people/people-operations.js';
import { Passwords } from './passwords/passwords.js';
import { Mfa } from './mfa/mfa.js';
import { MfaFactors } from './mfa/mfa-factors.js';
import { Sessions } from './sessions/sessions.js';
import { FindMfaStatus } from './mfa/mfa-status.query.js';
import { RotateSigningKey } from './signing-keys/rotate-signing-key.operation.js';
import { SetPassword } from './passwords/set-password.operation.js';
import { SignIn } from './sign-in/sign-in.operation.js';
import { FindStanding } from './access/standing.query.js';
import { Standings } from './access/standings.js';
import { TokenSettings } from './access/token-settings.js';
import { VerificationKeys } from './signing-keys/verification-keys.js';

const operations = [
  ...clientOperations,
  Sessions,
  FindMfaStatus,
  Mfa,
  MfaFactors,
  ...peopleOperations,
  Passwords,
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
