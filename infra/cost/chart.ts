import { billOf, byService } from './bill.ts';
import { monthOf } from './month.ts';
import type { PricedRegion, Service } from './prices.ts';
import { sagemakerOf } from './sagemaker.ts';
import type { StackTemplate } from './template.ts';

const WIDTH = 720;
const HEIGHT = 400;
const PLOT = { left: 64, right: 560, top: 56, bottom: 340 };
/** Predictions an hour at the left and right edge; idle has a place of its own further left. */
const [LEAST, MOST] = [0.1, 10_000];
const STEPS = 120;

const BANDS: readonly {
  readonly label: string;
  readonly services: readonly Service[];
  readonly colour: string;
}[] = [
  { label: 'endpoint, secret', services: ['Interface endpoint', 'Secrets Manager'], colour: '#8d99ae' },
  { label: 'Aurora', services: ['Aurora'], colour: '#2a6f97' },
  { label: 'Lambda', services: ['Lambda', 'ECR'], colour: '#e09f3e' },
  { label: 'API Gateway', services: ['API Gateway', 'WAF'], colour: '#9e2a2b' },
  { label: 'logs, traces, S3', services: ['CloudWatch', 'X-Ray', 'S3', 'SQS'], colour: '#6a994e' },
];

/** A picture of what a month costs by the load: the services one upon the other, SageMaker's endpoint as a line. */
export function chartOf(template: StackTemplate, region: PricedRegion): string {
  const loads = Array.from({ length: STEPS + 1 }, (_, step) => LEAST * (MOST / LEAST) ** (step / STEPS));
  const stacks = loads.map((load) => heights(template, region, load));
  const top = Math.ceil(Math.max(...stacks.map((stack) => stack.at(-1) ?? 0)) / 50) * 50;
  const y = (usd: number) => round(PLOT.bottom - (usd / top) * (PLOT.bottom - PLOT.top));
  const x = (load: number) =>
    round(PLOT.left + (Math.log(load / LEAST) / Math.log(MOST / LEAST)) * (PLOT.right - PLOT.left));
  const bands = BANDS.map(({ label, colour }, index) => {
    const upper = loads.map((load, at) => `${x(load)},${y(stacks[at]?.[index + 1] ?? 0)}`);
    const lower = loads.map((load, at) => `${x(load)},${y(stacks[at]?.[index] ?? 0)}`).toReversed();
    const legend = PLOT.bottom - 24 - index * 24;
    return `<polygon points="${[...upper, ...lower].join(' ')}" fill="${colour}"/>
<rect x="580" y="${legend - 11}" width="14" height="14" fill="${colour}"/><text x="600" y="${legend}">${label}</text>`;
  });
  const outgrown = loads.find((load) => monthOf(template, load).trainings.outgrownAfterDays !== null);
  const { realTime } = sagemakerOf(region, LEAST);
  const ticks = Array.from({ length: top / 50 + 1 }, (_, index) => index * 50).map(
    (usd) =>
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(usd)}" y2="${y(usd)}" stroke="#ddd"/><text x="${PLOT.left - 8}" y="${y(usd) + 4}" text-anchor="end">${usd}</text>`,
  );
  const marks = [0.1, 1, 10, 100, 1000, 10_000].map(
    (load) =>
      `<text x="${x(load)}" y="${PLOT.bottom + 20}" text-anchor="middle">${load.toLocaleString('en')}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#222" role="img" aria-label="Cost a month by predictions an hour">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${PLOT.left}" y="28" font-size="15" font-weight="600">USD a month by predictions an hour: ${template.name}, ${region}</text>
${ticks.join('\n')}
${bands.join('\n')}
<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(realTime)}" y2="${y(realTime)}" stroke="#222" stroke-width="1.5" stroke-dasharray="6 4"/>
<text x="${PLOT.left + 8}" y="${y(realTime) - 6}">one SageMaker endpoint, ml.m5.large, whatever the load</text>
${outgrown === undefined ? '' : outgrownMark(x(outgrown))}${marks.join('\n')}
<text x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 44}" text-anchor="middle">predictions an hour, evenly spread, a retraining for every hundred</text>
</svg>
`;
}

/** From there on what is drawn is less than it would take: trainings outgrow Lambda within the month. */
function outgrownMark(at: number): string {
  return `<line x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${PLOT.bottom}" stroke="#9e2a2b" stroke-width="1.5" stroke-dasharray="2 3"/>
<text x="${at - 6}" y="${PLOT.top + 12}" text-anchor="end">from here on trainings outgrow Lambda</text>
`;
}

/** Where each band begins, and where the last ends. */
function heights(template: StackTemplate, region: PricedRegion, predictionsPerHour: number): number[] {
  const sums = byService(billOf(template, { region, predictionsPerHour }), 'usd');
  const edges = [0];
  for (const { services } of BANDS) {
    const usd = services.reduce((sum, service) => sum + (sums.get(service) ?? 0), 0);
    edges.push((edges.at(-1) ?? 0) + usd);
  }
  return edges;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
