import { verifyAuditCommand } from './audit/verify-audit-command.js';

void verifyAuditCommand({ args: process.argv.slice(2), env: process.env, stdout: process.stdout, stderr: process.stderr }).then(
  (status) => {
    process.exitCode = status;
  },
);
