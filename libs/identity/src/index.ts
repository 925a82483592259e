import { ApiClient } from './clients/api-client.entity.js';
import { SigningKey } from './signing-keys/signing-key.entity.js';
import { TenantUser } from './people/tenant-user.entity.js';
import { UserAccount } from './people/user-account.entity.js';

export * from './access/access-token-signer.js';
export * from './access/access.guard.js';
export * from './clients/api-client.entity.js';
export * from './people/assign-tenant-role.operation.js';
export * from './sign-in/auth.endpoints.js';
export * from './clients/client-id.policy.js';
export * from './clients/client-secret.policy.js';
export * from './clients/create-api-client.operation.js';
export * from './people/create-user.operation.js';
export * from './identity.errors.js';
export * from './identity.module.js';
export * from './clients/issue-client-token.operation.js';
export * from './passwords/passwords.js';
export * from './mfa/mfa.acts.js';
export * from './mfa/mfa.errors.js';
export * from './mfa/mfa.js';
export * from './mfa/mfa-code.policy.js';
export * from './mfa/mfa-factors.js';
export * from './permissions.js';
export * from './clients/revoke-api-client.operation.js';
export * from './signing-keys/rotate-signing-key.operation.js';
export * from './passwords/set-password.operation.js';
export * from './sign-in/sign-in.dto.js';
export * from './sign-in/sign-in.operation.js';
export * from './signing-keys/signing-key.entity.js';
export * from './people/tenant-user.entity.js';
export * from './clients/token-request.policy.js';
export * from './access/token-settings.js';
export * from './people/user-account.entity.js';
export * from './people/user-profile.query.js';
export * from './signing-keys/verification-keys.js';

/** The tables of this lib, for the data source. */
export const identityEntities = [ApiClient, SigningKey, TenantUser, UserAccount];
