/** ESM TypeScript through swc: Node strips types itself at run time, jest needs a transform of its own. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.mts',
  globalTeardown: '<rootDir>/test/support/global-teardown.mts',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    // Set by test/run.ts for --long, and for what runs in containers.
    ...(process.env.HUNDREDFOLD_TEST_LONG === '1' ? [] : ['\\.long\\.test\\.ts$']),
    ...(process.env.HUNDREDFOLD_TEST_CONTAINERS === '1' ? [] : ['/test/docker/']),
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
  // Two cores, and much of what is tested waits for processes.
  maxWorkers: 3,
};
