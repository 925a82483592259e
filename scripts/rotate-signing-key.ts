import { rotateSigningKeyCommand } from './signing-keys/rotate-signing-key-command.js';

void rotateSigningKeyCommand({ args: process.argv.slice(2), env: process.env, stdout: process.stdout, stderr: process.stderr }).then(
  (status) => {
    process.exitCode = status;
  },
);
