// Set by test/run.ts: for --long, for what measures times of its own, and for what runs in containers.
const isLong = process.env.HUNDREDFOLD_TEST_LONG === '1';
const isAlone = process.env.HUNDREDFOLD_TEST_ALONE === '1';
const inContainers = process.env.HUNDREDFOLD_TEST_CONTAINERS === '1';

export default {
  testEnvironment: '<rootDir>/test/support/environment.mts',
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
  transform: { '\\.ts$': '<rootDir>/test/support/transform.mts' },
  // Written by the set-up: packages of hundreds of modules, each as one, since a test file reads them anew.
  moduleNameMapper: {
    '^(kysely|typebox|typebox/value)$': '<rootDir>/node_modules/.cache/hundredfold/packages/$1.mjs',
  },
  // Twice what `until` waits for: what does not come is named.
  testTimeout: 60_000,
  // Two cores, and much of what is tested waits for processes. A fourth made answers late that have a time to be given in.
  maxWorkers: isAlone ? 1 : 3,
};
