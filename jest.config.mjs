import { readdirSync, readFileSync } from 'node:fs';

const common = { sourceMaps: 'inline', swcrc: false, module: { type: 'commonjs' } };
const typescript = [
  '@swc/jest',
  {
    ...common,
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];
const javascript = ['@swc/jest', { ...common, jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } } }];

// Nest 12 and others ship ECMAScript modules only; Jest runs CommonJS, so those packages are compiled too.
const packages = readdirSync('node_modules')
  .filter((name) => !name.startsWith('.'))
  .flatMap((name) => (name.startsWith('@') ? readdirSync(`node_modules/${name}`).map((sub) => `${name}/${sub}`) : [name]));
const esm = packages.filter((name) => {
  try {
    return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).type === 'module';
  } catch {
    return false;
  }
});

const project = (displayName, pattern, extra = {}) => ({
  displayName,
  testEnvironment: 'node',
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/{apps,libs,scripts,test}/**/*${pattern}`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '^.+\\.ts$': typescript, '^.+\\.m?js$': javascript },
  transformIgnorePatterns: [`/node_modules/(?!(${esm.join('|')})/)`],
  moduleNameMapper: {
    '^@tallystick/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  ...extra,
});
const database = {
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  testTimeout: 120_000, // honoured at the top level only
  // A worker keeps something of every file it ran: after a hundred it would do little but collect garbage.
  workerIdleMemoryLimit: '1GB',
  projects: [
    project('rules', '.spec.ts', { testPathIgnorePatterns: ['\\.(int|e2e|scenario)-spec\\.ts$'] }),
    project('database', '.int-spec.ts', database),
    project('http', '.e2e-spec.ts', database),
    project('scenarios', '.scenario-spec.ts', database),
  ],
};
