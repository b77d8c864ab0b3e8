import { type Assumed, assumed } from './assumptions.ts';
import { allOf, numberIn, type StackTemplate, TemplateError, within } from './template.ts';

/** What happens in a month of so many predictions an hour, evenly spread: the dearest way, since each may wake the database. */
export interface Month {
  readonly assumed: Assumed;
  readonly predictions: number;
  /** Predictions, and labels that become known. */
  readonly calls: number;
  readonly retrainings: number;
  readonly sweeps: number;
  /** For how many hours Aurora is awake, and those times its capacity units. */
  readonly awakeHours: number;
  readonly capacityHours: number;
  /** Hours in which predictions waited in the bucket for a database that slept. */
  readonly hoursOfWaiting: number;
}

/** @throws TemplateError for a template that is not of this stack */
export function monthOf(template: StackTemplate, predictionsPerHour: number, values = assumed()): Month {
  const { hours, every, labelled } = values;
  const predictions = predictionsPerHour * hours;
  const sweepMinutes = minutesBetweenSweeps(template);
  // One at a time for each predictor: a month of one predictor has no room for more.
  const retrainings = Math.min(predictions / every, (hours * 3600) / values.trainSeconds);
  const awake = awakeOf(template, predictionsPerHour, sweepMinutes, values);
  return {
    assumed: values,
    predictions,
    calls: predictions * (1 + labelled),
    retrainings,
    sweeps: (hours * 60) / sweepMinutes,
    ...awake,
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
