import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.{spec,int-spec,e2e-spec,scenario-spec}.ts', 'test/**'];

const syntax = {
  fetch: {
    selector: "CallExpression[callee.name='fetch'], CallExpression[callee.object.name='globalThis'][callee.property.name='fetch']",
    message: 'Outgoing calls go through OutgoingHttp, which refuses private addresses.',
  },
  // A tenant set anywhere else is one that row-level security believes (TEN-06).
  tenant: ['Literal[value=%]', 'TemplateElement[value.raw=%]'].map((node) => ({
    selector: node.replace('%', String.raw`/\bset\s+(local\s+|session\s+)?['"]?app\.|set_config\(\s*'app\./i`),
    message: 'Only the UnitOfWork sets app.*: run the work in one.',
  })),
  floats: {
    selector: "CallExpression[callee.name='parseFloat'], CallExpression[callee.object.name='Number'][callee.property.name='parseFloat']",
    message: 'Amounts are counted in bigint: parse them with Points, Money or parseDecimal (LED-08).',
  },
};
/** What dials: another module than these would call wherever a tenant points it (SSRF-06). */
const dialers = [
  ...['node:http', 'node:https', 'http', 'https'].map((name) => ({ name, importNames: ['default', 'request', 'get', 'Agent'] })),
  ...['node:net', 'net', 'node:tls', 'tls'].map((name) => ({ name, importNames: ['default', 'connect', 'createConnection', 'Socket'] })),
  ...['undici', 'axios', 'got', 'node-fetch', 'ssh2', 'ssh2-sftp-client'].map((name) => ({ name })),
].map((path) => ({ ...path, allowTypeImports: true, message: 'Outgoing calls go through OutgoingHttp or OutgoingSftp.' }));
const banned = (...rules) => ['error', ...rules.flat()];

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', '.data/', 'contracts/', 'coverage/'] },
  {
    rules: Object.fromEntries(
      `no-async-promise-executor no-cond-assign no-constant-condition no-dupe-else-if no-empty no-fallthrough no-loss-of-precision
       no-prototype-builtins no-self-assign no-self-compare no-sparse-arrays no-template-curly-in-string no-unreachable
       no-unsafe-finally no-useless-catch no-useless-escape no-var prefer-const eqeqeq`
        .split(/\s+/)
        .map((rule) => [rule, 'error']),
    ),
  },
  {
    files: ['**/*.{mjs,cjs}'],
    rules: { 'no-undef': 'error', 'no-unused-vars': ['error', { ignoreRestSiblings: true }] },
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'fetch',
          'URL',
          'AbortSignal',
          'Buffer',
          'setTimeout',
          'setInterval',
          'clearInterval',
          'clearTimeout',
          'module',
          'performance',
          'globalThis',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      'no-restricted-syntax': banned(syntax.fetch, syntax.tenant),
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': banned(syntax.fetch, syntax.tenant, syntax.floats),
      '@typescript-eslint/no-restricted-imports': ['error', { paths: dialers }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read in libs/platform/src/config.' },
      ],
    },
  },
  { files: ['libs/platform/src/config/*.ts'], rules: { 'no-console': 'off', 'no-restricted-properties': 'off' } },
  {
    files: ['libs/platform/src/http-client/outgoing-http.ts', 'libs/platform/src/sftp/outgoing-sftp.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  { files: ['libs/platform/src/persistence/unit-of-work.ts'], rules: { 'no-restricted-syntax': banned(syntax.fetch, syntax.floats) } },
  // The caller of our own API, and tests that call it as a client would.
  { files: ['scripts/replay/**/exchange.ts', ...TESTS], rules: { 'no-restricted-syntax': banned(syntax.tenant) } },
  { files: ['test/architecture/lint.spec.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
