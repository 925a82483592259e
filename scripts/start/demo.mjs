import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Completes the file that the seed wrote (`tenant_slug`, `client_id`, `client_secret`, `admin_username`, `admin_password`,
 * `approver_username`, `approver_password`, `tenant_id`, `sandbox_tenant_slug`, `super_admin_username`, `super_admin_password`, `super_admin_totp_secret`, `currency`, `member_id`, `member_reference`) with the addresses of this run.
 */
export function writeDemo(file, { ports, reach }, { ownerUrl, appUrl, workerUrl, opsToken }) {
  const at = (port) => `http://${reach}:${port}`;
  const demo = {
    ...JSON.parse(readFileSync(file, 'utf8')),
    public_api_url: at(ports.PUBLIC_API_PORT),
    admin_api_url: at(ports.ADMIN_API_PORT),
    worker_url: at(ports.WORKER_PORT),
    database_url: ownerUrl,
    app_database_url: appUrl,
    worker_database_url: workerUrl,
    ops_token: opsToken,
  };
  writeFileSync(`${file}.draft`, JSON.stringify(demo, null, 2) + '\n', { mode: 0o600 });
  renameSync(`${file}.draft`, file);
  return demo;
}

/** What a newcomer reads when all is up. */
export function welcome(demo, { dataDir }) {
  const api = demo.public_api_url;
  const shown = path.relative(process.cwd(), dataDir) || '.';
  return `
  Public API   ${api}/api/v1      documentation ${api}/api/docs
  Admin API    ${demo.admin_api_url}/api/v1      documentation ${demo.admin_api_url}/api/docs
  Worker       ${demo.worker_url}/api/v1/health      queue board ${demo.worker_url}/ops/queues

  Tenant       ${demo.tenant_slug}
  API client   ${demo.client_id}  secret ${demo.client_secret}
  Admin        ${demo.admin_username}  password ${demo.admin_password}  (of this tenant, which asks its admins for no second factor)
  Second admin ${demo.approver_username}  password ${demo.approver_password}  (approves what the first one starts)
  Super admin  ${demo.super_admin_username}  password ${demo.super_admin_password}  TOTP secret ${demo.super_admin_totp_secret}
  Ops token    ${demo.ops_token}
  The same in  ${shown}/demo.json; logs in ${shown}/logs

  Try it: get a token, let ${demo.member_reference} earn on a purchase, read the balance.

TOKEN=$(curl -s ${api}/api/v1/oauth/token -u '${demo.client_id}:${demo.client_secret}' -d grant_type=client_credentials | sed 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/')
curl -s -w '\\n' ${api}/api/v1/points/earn -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"member_reference":"${demo.member_reference}","reference":"purchase-'$(date +%s)'","amount":"1250.00","currency":"${demo.currency}"}'
curl -s -w '\\n' ${api}/api/v1/members/${demo.member_id}/balance -H "Authorization: Bearer $TOKEN"

  Ctrl-C stops everything; the data stays in ${shown}.
`;
}
