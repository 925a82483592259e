// The floors of the house, from the ground. A lib imports only from lower floors, and only by another lib's root name.
const FLOORS = [
  ['kernel'],
  ['platform'],
  ['tenancy', 'identity'],
  ['ledger', 'messaging'],
  ['loyalty', 'compliance', 'billing', 'support'],
  ['offers', 'marketplace'],
];

const anyOf = (names) => `(${names.join('|')})`;
const floorRules = FLOORS.flatMap((floor, height) =>
  floor.map((lib) => {
    const lower = FLOORS.slice(0, height).flat();
    return {
      name: `floor-of-${lib}`,
      comment: `${lib} may import ${lower.length > 0 ? lower.join(', ') : 'no other lib'}`,
      severity: 'error',
      from: { path: `^libs/${lib}/` },
      to: { path: '^libs/', pathNot: `^libs/${anyOf([lib, ...lower])}/` },
    };
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'a-lib-without-a-floor',
      severity: 'error',
      from: { path: '^libs/', pathNot: `^libs/${anyOf(FLOORS.flat())}/` },
      to: {},
    },
    {
      name: 'only-by-its-root-name',
      comment: "another lib's files are its own matter: import @tallystick/<lib>",
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'apps-by-root-names',
      severity: 'error',
      from: { path: '^(apps|scripts|migrations)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'nobody-imports-apps',
      comment: 'but what prints the contracts and the tests, which run apps',
      severity: 'error',
      from: { pathNot: '^(apps|test|scripts)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'one-app-does-not-import-another',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'domain-code-does-not-send',
      comment: 'messaging reacts to events: emit one',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/messaging/' },
      to: { path: '^libs/messaging/' },
    },
    {
      name: 'kernel-is-plain',
      comment: 'no framework, no database, no I/O',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { path: 'node_modules', pathNot: 'node_modules/(uuid|canonicalize|fast-check|@types)/' },
    },
    {
      name: 'database-through-the-unit-of-work',
      comment: 'only the platform speaks to the driver',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/platform/src/', '\\.(int|e2e|scenario)-spec\\.ts$'] },
      to: { path: 'node_modules/(@types/)?pg/' },
    },
    {
      name: 'queues-in-one-place',
      severity: 'error',
      from: {
        path: '^(apps|libs|scripts)/',
        pathNot: [
          '^libs/platform/src/queue/',
          '^libs/platform/src/http/limits/limit-store\\.ts$',
          '^apps/worker/',
          '^scripts/migrate\\.ts$',
        ],
      },
      to: { path: 'node_modules/(bullmq|ioredis)/' },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      from: { pathNot: '\\.entity\\.ts$' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-development-package-at-run-time',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: '\\.(spec|int-spec|e2e-spec|scenario-spec)\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
