import { createSuperAdminCommand } from './platform/create-super-admin-command.js';

void createSuperAdminCommand({ args: process.argv.slice(2), env: process.env, stdout: process.stdout, stderr: process.stderr }).then(
  (status) => {
    process.exitCode = status;
  },
);
