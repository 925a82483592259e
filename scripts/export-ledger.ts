import { exportCommand } from './ledger/export-command.js';

void exportCommand({ args: process.argv.slice(2), env: process.env, stdout: process.stdout, stderr: process.stderr }).then((status) => {
  process.exitCode = status;
});
