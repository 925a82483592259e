import { CLIENT_SCOPES, permissionsOfRole, permissionsOfScopes, PLATFORM_ROLES, TENANT_ROLES, type Permission } from '@tallystick/identity';
import { AUTHENTICATED, SIGNED_IN, type AppName } from '@tallystick/platform';
import type { AppContract } from './app-contract.js';

/** Who may call an operation (AZN-02). */
export interface OperationAccess {
  readonly app: AppName;
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  /** Null when it is public. */
  readonly permission: string | null;
  /** The built-in roles that may, of tenants and of the platform. A role of a tenant's own may when it holds the permission. */
  readonly roles: readonly string[];
  /** Whether API clients can be given the scope that it asks for. */
  readonly clients: boolean;
  /** Whether members may, on what is their own. */
  readonly members: boolean;
}

/** What every person may, whatever their role. */
const FOR_EVERYBODY: readonly string[] = [SIGNED_IN, AUTHENTICATED];

/** What API clients can be given, with all that it brings along. */
const OF_CLIENTS: readonly string[] = permissionsOfScopes(CLIENT_SCOPES);

const ROLES = [...TENANT_ROLES, ...PLATFORM_ROLES];

/** One row for each operation of an app, in the order of its routes. */
export function accessMatrix(app: AppName, { documents, routes }: AppContract): OperationAccess[] {
  const paths = Object.assign({}, ...[...documents.values()].map((document) => document.paths)) as Record<string, unknown>;
  return routes.map(({ method, path, permission }) => {
    const operation = (paths[path] as Record<string, { operationId?: string; 'x-for-members'?: boolean }> | undefined)?.[method.toLowerCase()];
    if (!operation?.operationId) throw new Error(`${method} ${path} of ${app} is not in its document`);
    return {
      app,
      operationId: operation.operationId,
      method,
      path,
      permission,
      roles: ROLES.filter((role) => permission === null || FOR_EVERYBODY.includes(permission) || permissionsOfRole(role).includes(permission as Permission)),
      clients: permission === null || permission === AUTHENTICATED || OF_CLIENTS.includes(permission),
      members: operation['x-for-members'] === true,
    };
  });
}
