import { describe, expect, test } from '@jest/globals';
import { assumed } from '../../../infra/cost/assumptions.ts';
import { type BillOptions, billOf, together, without } from '../../../infra/cost/bill.ts';
import { monthOf } from '../../../infra/cost/month.ts';
import { type Meter, PRICES, priceOf } from '../../../infra/cost/prices.ts';
import { readTemplate, type StackTemplate, TemplateError } from '../../../infra/cost/template.ts';
import { DEFAULT_SAMPLING, sampled } from '../../../infra/cost/usage/functions.ts';
import { smallStack } from './small-stack.ts';
import { withFolder } from './written.ts';

function line(template: StackTemplate, meter: Meter, options: Partial<BillOptions> = {}) {
  const bill = billOf(template, { region: 'us-east-1', predictionsPerHour: 0, ...options });
  const found = bill.lines.find((candidate) => candidate.meter === meter);
  if (found === undefined) throw new Error(`no ${meter}`);
  return found;
}

describe('a month of Aurora', () => {
  test('idle: 35 wakings of six minutes, half a unit, and a twentieth of an hour more for each', () => {
    const { awakeHours, capacityHours } = monthOf(smallStack(), 0);
    expect(awakeHours).toBeCloseTo(3.5, 10);
    expect(capacityHours).toBeCloseTo(3.5 * 0.5 + 35 * 0.05, 10);
    expect(line(smallStack(), 'auroraCapacity').usd).toBeCloseTo(3.5 * 0.12, 10);
  });

  test('one prediction an hour wakes it 24 times a day, for eleven minutes with a sweep every ten', () => {
    expect(monthOf(smallStack(), 1).awakeHours).toBeCloseTo(3.5 + (730 * 11) / 60, 10);
  });

  test('predictions that come before it pauses keep it awake all month', () => {
    expect(monthOf(smallStack(), 6).awakeHours).toBe(730);
    expect(monthOf(smallStack(), 5).awakeHours).toBeLessThan(730);
    expect(monthOf(smallStack(), 3600).capacityHours).toBeCloseTo(730 * 0.7, 10);
  });

  test('one that may not pause is awake whatever comes', () => {
    const { awakeHours, capacityHours } = monthOf(smallStack({ least: 2 }), 0);
    expect([awakeHours, capacityHours]).toEqual([730, 1460]);
  });

  test('asks the Data API in units of 32 KB: what a training reads is many, a prediction three', () => {
    // 730 trainings of 20 small calls and 20,950 examples of 0.3 KB.
    const units = 94_900 * 3 + 730 * (20 + (20_950 * 0.3) / 32);
    expect(line(smallStack(), 'dataApiRequest', { predictionsPerHour: 100 }).quantity).toBeCloseTo(units, 4);
  });

  test('a probe asks the database nothing, and costs its calls', () => {
    const probed = { assumed: assumed({ probesPerHour: 60 }) };
    for (const meter of ['auroraCapacity', 'dataApiRequest'] as const) {
      expect(line(smallStack(), meter, probed)).toEqual(line(smallStack(), meter));
    }
    expect(line(smallStack(), 'apiRequest', probed).quantity).toBe(43_800);
    expect(line(smallStack(), 'lambdaRequest', probed).quantity).toBe(43_800);
  });

  test('stores what was predicted in the month', () => {
    expect(line(smallStack(), 'auroraStorage', { predictionsPerHour: 10_000 }).quantity).toBeCloseTo(
      1 + 7.3e6 * 1.5e-6,
      10,
    );
  });
});

describe('a month of Lambda', () => {
  test('pays for warm calls, one in a hundred cold, and trainings by their memory', () => {
    // 94,900 calls of 100 predictions an hour: 73,000 and 21,900 labels; 730 trainings of 10,000 examples and half of the labels.
    const calls = 94_900;
    const seconds = calls * 0.99 * 0.06 + calls * 0.01 * 1.5;
    const { quantity, list, usd } = line(smallStack(), 'lambdaGbSecond', { predictionsPerHour: 100 });
    expect(quantity).toBeCloseTo(seconds + 730 * (10 + 20.95) * 2, 6);
    expect(list).toBeCloseTo(quantity * 0.0000133334, 10);
    // Less than the 400,000 that are free.
    expect(usd).toBe(0);
  });

  test('finds no function warm when a call comes once in an hour', () => {
    const { quantity } = line(smallStack(), 'lambdaGbSecond', { predictionsPerHour: 1 });
    expect(quantity).toBeCloseTo(949 * 1.5 + 7.3 * (10 + 10.1095) * 2, 6);
  });

  test('is traced once a second and for a twentieth of what is more, or as a rule says', () => {
    expect([0.5, 1, 21].map((perSecond) => sampled(perSecond, DEFAULT_SAMPLING))).toEqual([0.5, 1, 2]);
    expect(sampled(10, { reservoir: 0, share: 0.1 })).toBeCloseTo(1, 10);
  });

  test('trains no more than one after another, however many are asked for', () => {
    const { wanted, number, seconds } = monthOf(smallStack(), 3_000).trainings;
    expect(wanted).toBeCloseTo(21_900, 6);
    expect(seconds).toBeCloseTo(10 + 10 + 328.5, 6);
    expect(number * seconds).toBeCloseTo(730 * 3600, 3);
  });

  test('says after how many days a training no longer fits the function, and counts no longer one', () => {
    // 840 s are 830,000 examples: 10,000 at the beginning, and 3,000 labels an hour.
    const { seconds, number, outgrownAfterDays } = monthOf(smallStack(), 10_000).trainings;
    expect(outgrownAfterDays).toBeCloseTo(820_000 / 3_000 / 24, 6);
    expect(seconds).toBe(840);
    expect(number).toBeCloseTo((730 * 3600) / 840, 6);
    expect(monthOf(smallStack(), 3_000).trainings.outgrownAfterDays).toBeNull();
  });

  test('of a training never costs more hours than a month has', () => {
    for (const load of [0, 1, 100, 10_000, 1e6]) {
      const { number, seconds } = monthOf(smallStack(), load).trainings;
      expect((number * seconds) / 3600).toBeLessThanOrEqual(730 + 1e-6);
    }
  });
});

describe('a bill', () => {
  test('counts the zones of an endpoint, and leaves it out where asked', () => {
    expect(line(smallStack({ zones: 2 }), 'endpointHour').usd).toBeCloseTo(14.6, 10);
    expect(line(smallStack(), 'endpointHour', { region: 'eu-central-1' }).usd).toBeCloseTo(8.76, 10);
    const bill = billOf(smallStack(), { region: 'us-east-1', predictionsPerHour: 0 });
    expect(bill.usd - without(bill, 'Interface endpoint').usd).toBeCloseTo(7.3, 10);
  });

  test('counts the metrics of an alarm, ten of which are free', () => {
    expect(line(smallStack(), 'alarmMetric')).toMatchObject({ quantity: 3, usd: 0 });
    expect(line(smallStack(), 'alarmMetric').list).toBeCloseTo(0.3, 10);
  });

  test('of ten thousand predictions an hour: 9.49 million calls of the API', () => {
    const { quantity, usd } = line(smallStack(), 'apiRequest', { predictionsPerHour: 10_000 });
    expect(quantity).toBeCloseTo(9_490_000, 4);
    expect(usd).toBeCloseTo(9.49 * 3.5, 8);
  });

  test('of two stacks in one account takes off what is free once: the alarms of the second cost', () => {
    const twenty = Array.from({ length: 7 }, (_, at) => ({
      id: `More${at}`,
      type: 'AWS::CloudWatch::Alarm',
      properties: {},
      deletionPolicy: null,
    }));
    const { name, resources } = smallStack();
    const ten = billOf(
      { name, resources: [...resources, ...twenty] },
      { region: 'us-east-1', predictionsPerHour: 0 },
    );
    const alarms = ({ lines }: typeof ten) => lines.find(({ meter }) => meter === 'alarmMetric');
    expect(alarms(ten)).toMatchObject({ quantity: 10, usd: 0 });
    const both = together([ten, ten], 'us-east-1');
    expect(alarms(both)?.usd).toBeCloseTo(1, 10);
    expect(both.list).toBeCloseTo(2 * ten.list, 10);
    expect(both.usd).toBeGreaterThan(2 * ten.usd);
  });

  test('is the sum of its lines', () => {
    const { lines, list, usd } = billOf(smallStack(), { region: 'us-east-1', predictionsPerHour: 50 });
    expect(list).toBeCloseTo(
      lines.reduce((sum, { meter, quantity }) => sum + priceOf(meter, quantity, 'us-east-1'), 0),
    );
    expect(usd).toBeLessThan(list);
  });

  test('follows what is assumed', () => {
    const options = { predictionsPerHour: 100, assumed: assumed({ labelled: 1 }) };
    expect(line(smallStack(), 'apiRequest', options).quantity).toBeCloseTo(146_000, 6);
  });

  test('is refused for a resource that nobody priced, and for a function that nobody knows', () => {
    const { resources } = smallStack();
    const resource = {
      id: 'Cache',
      type: 'AWS::ElastiCache::ServerlessCache',
      properties: {},
      deletionPolicy: null,
    };
    const options: BillOptions = { region: 'us-east-1', predictionsPerHour: 0 };
    expect(() => billOf({ name: 'x', resources: [...resources, resource] }, options)).toThrow(/ElastiCache/);
    const other = { ...resource, id: 'Other', type: 'AWS::Lambda::Function' };
    expect(() => billOf({ name: 'x', resources: [...resources, other] }, options)).toThrow(TemplateError);
  });
});

test('every price has the page that it stands on, and a day', () => {
  for (const { source, asOf, usd, per } of Object.values(PRICES)) {
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/$/);
    expect(new Date(asOf).toISOString().slice(0, 10)).toBe(asOf);
    expect(Math.min(per, ...Object.values(usd))).toBeGreaterThan(0);
  }
});

test('what is no template is refused by the name of its file', () => {
  for (const document of ['{', {}, { Resources: { A: {} } }]) {
    expect(() => withFolder((write) => readTemplate(write('x.template.json', document)))).toThrow(
      TemplateError,
    );
  }
});
