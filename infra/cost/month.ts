import { type Assumed, assumed } from './assumptions.ts';
import { allOf, numberIn, type StackTemplate, TemplateError, within } from './template.ts';

/** What happens in a month of so many predictions an hour, evenly spread: the dearest way, since each may wake the database. */
export interface Month {
  readonly assumed: Assumed;
  readonly predictions: number;
  /** Predictions, and labels that become known: what the database is asked for. */
  readonly calls: number;
  /** Of whatever watches the API: they ask it nothing. */
  readonly probes: number;
  /** Both. */
  readonly requests: number;
  readonly trainings: Trainings;
  readonly sweeps: number;
  /** For how many hours Aurora is awake, and those times its capacity units. */
  readonly awakeHours: number;
  readonly capacityHours: number;
  /** Hours in which predictions waited in the bucket for a database that slept. */
  readonly hoursOfWaiting: number;
}

/** The trainings of a month. */
export interface Trainings {
  /** That counting asks for. */
  readonly wanted: number;
  /** That are carried out: one after another, so that requests that wait meanwhile are merged into one. */
  readonly number: number;
  /** What one learns from on average, and how long it takes. */
  readonly examples: number;
  readonly seconds: number;
  /** After so many days one would take longer than Lambda lets it; null where it fits all month. */
  readonly outgrownAfterDays: number | null;
}

/** @throws TemplateError for a template that is not of this stack */
export function monthOf(template: StackTemplate, predictionsPerHour: number, values = assumed()): Month {
  const { hours, labelled, probesPerHour } = values;
  const predictions = predictionsPerHour * hours;
  const calls = predictions * (1 + labelled);
  const probes = probesPerHour * hours;
  const sweepMinutes = minutesBetweenSweeps(template);
  return {
    assumed: values,
    predictions,
    calls,
    probes,
    requests: calls + probes,
    trainings: trainingsOf(template, predictions, values),
    sweeps: (hours * 60) / sweepMinutes,
    ...awakeOf(template, predictionsPerHour, sweepMinutes, values),
  };
}

/** A training stops itself a minute before Lambda would. */
const MARGIN_SECONDS = 60;
const LAMBDA_SECONDS = 900;

/** One predictor's: a month of it has no room for more than one at a time. */
function trainingsOf(template: StackTemplate, predictions: number, values: Assumed): Trainings {
  const { hours, every, labelled, examples, trainFixedSeconds, trainSecondsOfThousand } = values;
  const [train] = allOf(template, 'AWS::Lambda::Function').filter(({ id }) => id.startsWith('Train'));
  const timeout = within(train?.properties, 'Timeout');
  const longest = (typeof timeout === 'number' ? timeout : LAMBDA_SECONDS) - MARGIN_SECONDS;
  const labels = predictions * labelled;
  const mean = examples + labels / 2;
  const seconds = Math.min(longest, trainFixedSeconds + (mean / 1000) * trainSecondsOfThousand);
  const most = ((longest - trainFixedSeconds) / trainSecondsOfThousand) * 1000;
  const wanted = predictions / every;
  return {
    wanted,
    number: Math.min(wanted, (hours * 3600) / seconds),
    examples: mean,
    seconds,
    outgrownAfterDays:
      examples + labels <= most ? null : (Math.max(0, most - examples) / labels) * (hours / 24),
  };
}

/**
 * A paused Aurora is woken by a prediction, is asked again by the sweep, which takes the row out of the bucket half its interval
 * later on average, and pauses when nothing was asked for the pause's minutes. Predictions that come closer keep it awake.
 */
function awakeOf(template: StackTemplate, perHour: number, sweepMinutes: number, values: Assumed) {
  const { hours, wakings, wakeMinutes, wakeCapacityHours, steadyCapacity, capacityPerRate } = values;
  const [cluster] = allOf(template, 'AWS::RDS::DBCluster');
  if (cluster === undefined) throw new TemplateError(`${template.name} has no database.`);
  const least = numberIn(cluster, 'ServerlessV2ScalingConfiguration', 'MinCapacity');
  const capacity = Math.max(least, steadyCapacity) + (perHour / 3600) * capacityPerRate;
  const always = { awakeHours: hours, capacityHours: hours * capacity, hoursOfWaiting: 0 };
  const pauseSeconds = within(
    cluster.properties,
    'ServerlessV2ScalingConfiguration',
    'SecondsUntilAutoPause',
  );
  if (least > 0 || typeof pauseSeconds !== 'number') return always;
  const minutesByItself = wakeMinutes + pauseSeconds / 60;
  const minutesOfPrediction = minutesByItself + sweepMinutes / 2;
  if (perHour * minutesOfPrediction >= 60) return always;
  const awakeHours = (wakings * minutesByItself) / 60 + (perHour * hours * minutesOfPrediction) / 60;
  const capacityHours = awakeHours * capacity + (wakings + perHour * hours) * wakeCapacityHours;
  return { awakeHours, capacityHours, hoursOfWaiting: Math.min(1, perHour) * hours };
}

function minutesBetweenSweeps(template: StackTemplate): number {
  for (const { properties } of allOf(template, 'AWS::Events::Rule')) {
    const minutes = /^rate\((\d+) minutes?\)$/.exec(String(properties.ScheduleExpression))?.[1];
    if (minutes !== undefined) return Number(minutes);
  }
  throw new TemplateError(`${template.name} has no schedule of sweeps.`);
}
