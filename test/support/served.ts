import { type StartedProcess, startProcess } from './process.ts';

/** Starts a service as its image does, from the sources: `serve` of its server with these variables alone. */
export function startService(
  program: 'predict' | 'train',
  variables: Readonly<Record<string, string>>,
): StartedProcess {
  return startProcess({
    command: process.execPath,
    args: [
      '--eval',
      `import('./services/${program}/server.ts').then(({ serve }) => serve(${JSON.stringify(variables)}));`,
    ],
    env: { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'testkey', AWS_SECRET_ACCESS_KEY: 'testsecret' },
  });
}
