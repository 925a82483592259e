import { DecideNetwork } from '../networks/decide-network.operation.js';
import { NetworkAllowlist } from '../networks/network-allowlist.query.js';
import { NetworkRequests } from '../networks/network-requests.query.js';
import { RemoveNetwork } from '../networks/remove-network.operation.js';
import { RequestNetwork } from '../networks/request-network.operation.js';
import { AccessTokenReader } from './access-token-reader.js';
import { AuthenticateClient } from './authenticate-client.operation.js';
import { ClientEntry } from './client-entry.js';
import { ClientGate } from './client-gate.js';
import { ClientRefusals } from './client-refusals.js';
import { CreateApiClient } from './create-api-client.operation.js';
import { CreateOwnApiKey } from './create-own-api-key.operation.js';
import { FindApiKeys } from './find-api-keys.query.js';
import { IssueDialectToken } from './issue-dialect-token.operation.js';
import { RenewDialectToken } from './renew-dialect-token.operation.js';
import { IssueClientToken } from './issue-client-token.operation.js';
import { KeepClientToken } from './keep-client-token.operation.js';
import { RegenerateClientSecret } from './regenerate-client-secret.operation.js';
import { RemovePreviousSecret } from './remove-previous-secret.operation.js';
import { RevokeAccessToken } from './revoke-access-token.operation.js';
import { RevokeApiClient } from './revoke-api-client.operation.js';
import { TokenIntrospection } from './token-introspection.js';

/** What there is about API clients and the networks they call from, for the module. */
export const clientOperations = [
  AccessTokenReader,
  AuthenticateClient,
  ClientEntry,
  ClientGate,
  ClientRefusals,
  CreateApiClient,
  CreateOwnApiKey,
  DecideNetwork,
  FindApiKeys,
  IssueClientToken,
  IssueDialectToken,
  KeepClientToken,
  NetworkAllowlist,
  NetworkRequests,
  RegenerateClientSecret,
  RemoveNetwork,
  RemovePreviousSecret,
  RenewDialectToken,
  RequestNetwork,
  RevokeAccessToken,
  RevokeApiClient,
  TokenIntrospection,
];
