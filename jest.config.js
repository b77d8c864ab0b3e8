// Set by test/run.ts: for --long, for what measures times of its own, and for what runs in containers.
const isLong = process.env.HUNDREDFOLD_TEST_LONG === '1';
const isAlone = process.env.HUNDREDFOLD_TEST_ALONE === '1';
const inContainers = process.env.HUNDREDFOLD_TEST_CONTAINERS === '1';

/** ESM TypeScript through swc: Node strips types itself at run time, jest needs a transform of its own. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.mts',
  globalTeardown: '<rootDir>/test/support/global-teardown.mts',
  testMatch: [isAlone ? '<rootDir>/test/**/*.alone.test.ts' : '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(isLong ? [] : ['\\.long\\.test\\.ts$']),
    ...(isAlone ? [] : ['\\.alone\\.test\\.ts$']),
    ...(inContainers ? [] : ['/test/docker/']),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 30_000,
  // Two cores, and much of what is tested waits for processes. A fourth made answers late that have a time to be given in.
  maxWorkers: isAlone ? 1 : 3,
};
