import { spawnSync } from 'node:child_process';
import path from 'node:path';

const rulesHit = (file: string, text: string): string[] => {
  const args = [path.resolve('node_modules/eslint/bin/eslint.js'), '--stdin', '--stdin-filename', file, '--format', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { input: text, encoding: 'utf8' });
  if (!stdout) throw new Error(stderr);
  const [{ messages }] = JSON.parse(stdout) as [{ messages: { ruleId: string; message: string }[] }];
  return messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
};

it('the lint knows the mistakes that leak tenants and addresses (TEN-06)', () => {
  const text = `
    import http, { createServer, type Agent } from 'node:http';
    import { request } from 'undici';
    export const servers: [typeof createServer, Agent?] = [createServer];
    export const calls = [http, request];
    declare const tx: { query(sql: string): Promise<void> };
    export async function leak(): Promise<void> {
      await tx.query("set local app.tenant_id = 'x'");
      await tx.query(\`select set_config('app.tenant_id', 'x', true)\`);
      await fetch('http://169.254.169.254/');
      tx.query('select 1');
      console.log(process.env.TALLYSTICK_KEY, parseFloat('0.1'));
    }`;
  expect(rulesHit('libs/platform/src/persistence/transaction.ts', text)).toEqual([
    expect.stringMatching(/no-restricted-imports: .*OutgoingHttp/),
    expect.stringMatching(/no-restricted-imports: .*OutgoingHttp/),
    expect.stringMatching(/no-restricted-syntax: Only the UnitOfWork/),
    expect.stringMatching(/no-restricted-syntax: Only the UnitOfWork/),
    expect.stringMatching(/no-restricted-syntax: Outgoing calls/),
    expect.stringMatching(/no-floating-promises/),
    expect.stringMatching(/no-console/),
    expect.stringMatching(/no-restricted-properties: .*Settings/),
    expect.stringMatching(/no-restricted-syntax: Amounts/),
  ]);
});
