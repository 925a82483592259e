import { verifyCommand } from './ledger/verify-command.js';

void verifyCommand({ args: process.argv.slice(2), env: process.env, stdout: process.stdout, stderr: process.stderr }).then((status) => {
  process.exitCode = status;
});
