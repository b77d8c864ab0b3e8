import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readTemplate } from '../../../infra/cost/template.ts';
import { needsOf } from '../../../infra/doctor/needs.ts';
import { PROFILES } from '../../../infra/settings.ts';
import { describeWhere } from '../../support/requirement.ts';
import { type Synthesised, stackPackages, synthesise } from '../templates/synthesised.ts';

describeWhere(stackPackages(), 'what a stack needs, by its template', () => {
  let made: Synthesised;
  beforeAll(async () => {
    made = await synthesise();
    expect(made.code).toBe(0);
  }, 120_000);
  afterAll(() => made.remove());

  test.each(Object.values(PROFILES).map((settings) => [settings.stackName, settings] as const))(
    '%s',
    (stack, settings) => {
      expect(needsOf(readTemplate(path.join(made.folder, `${stack}.template.json`)))).toEqual({
        stack,
        reserved: settings.trainConcurrency ?? 0,
        memory: settings.trainMemory,
        engineVersion: expect.stringMatching(/^17\.\d+$/),
        pauses: true,
        cluster: stack,
        logGroups: [`/aws/rds/cluster/${stack}/postgresql`],
        zones: [0, 1],
        endpoints: settings.invokeFromDatabase ? [{ service: 'lambda', zones: [0] }] : [],
        gatewayRole: true,
        architectures: ['arm64'],
      });
    },
  );
});
