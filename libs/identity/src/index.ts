import { ApiClient } from './api-client.entity.js';
import { SigningKey } from './signing-key.entity.js';
import { TenantUser } from './tenant-user.entity.js';
import { UserAccount } from './user-account.entity.js';

export * from './access-token-signer.js';
export * from './access.guard.js';
export * from './api-client.entity.js';
export * from './assign-tenant-role.operation.js';
export * from './auth.endpoints.js';
export * from './client-id.policy.js';
export * from './client-secret.policy.js';
export * from './create-api-client.operation.js';
export * from './create-user.operation.js';
export * from './identity.errors.js';
export * from './identity.module.js';
export * from './issue-client-token.operation.js';
export * from './passwords.js';
export * from './permissions.js';
export * from './revoke-api-client.operation.js';
export * from './rotate-signing-key.operation.js';
export * from './set-password.operation.js';
export * from './sign-in.dto.js';
export * from './sign-in.operation.js';
export * from './signing-key.entity.js';
export * from './tenant-user.entity.js';
export * from './token-request.policy.js';
export * from './token-settings.js';
export * from './user-account.entity.js';
export * from './user-profile.query.js';
export * from './verification-keys.js';

/** The tables of this lib, for the data source. */
export const identityEntities = [ApiClient, SigningKey, TenantUser, UserAccount];
