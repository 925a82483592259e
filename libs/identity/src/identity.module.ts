import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { CONFIG, type Config } from '@tallystick/platform';
import { AccessGuard } from './access/access.guard.js';
import { AccessTokenSigner } from './access/access-token-signer.js';
import { AccessTokenStrategy } from './access/access-token.strategy.js';
import { clientOperations } from './clients/client-operations.js';
import { peopleOperations } from './people/people-operations.js';
import { passcodeOperations } from './passcodes/passcode-operations.js';
import { passwordOperations } from './passwords/password-operations.js';
import { accountOperations } from './accounts/account-operations.js';
import { mfaOperations } from './mfa/mfa-operations.js';
import { RotateSigningKey } from './signing-keys/rotate-signing-key.operation.js';
import { sessionOperations } from './sessions/session-operations.js';
import { signInOperations } from './sign-in/sign-in-operations.js';
import { FindStanding } from './access/standing.query.js';
import { Standings } from './access/standings.js';
import { TokenSettings } from './access/token-settings.js';
import { VerificationKeys } from './signing-keys/verification-keys.js';

const operations = [
  ...accountOperations,
  ...clientOperations,
  ...mfaOperations,
  ...peopleOperations,
  ...passcodeOperations,
  ...passwordOperations,
  RotateSigningKey,
  ...sessionOperations,
  ...signInOperations,
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
  exports: [...operations, AccessTokenSigner],
})
export class IdentityModule {}
