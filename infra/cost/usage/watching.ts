import { listIn, numberIn, within } from '../template.ts';
import { type UsageOf, used } from '../usage.ts';

/** An alarm costs by each metric that it watches. */
export const alarmUsage: UsageOf = (alarm) => {
  const metrics = listIn(alarm, 'Metrics');
  const watched = metrics.filter((metric) => within(metric, 'MetricStat') !== undefined).length;
  return [used('alarmMetric', metrics.length === 0 ? 1 : watched)];
};

export const dashboardUsage: UsageOf = () => [used('dashboard', 1)];

/** A log group: whose it is stands in its logical id. What has no lines in an ordinary month has none here. */
export const logUsage: UsageOf = (group, month) => {
  const { assumed, requests, sweeps, trainings } = month;
  const kb = Object.entries({
    // A third of a call's lines are the gateway's.
    ApiAccessLogs: (requests * assumed.logKbOfCall) / 3,
    PredictLogs: (requests * assumed.logKbOfCall * 2) / 3,
    SweepLogs: sweeps * assumed.logKbOfSweep,
    TrainLogs: trainings.number * assumed.logKbOfTraining,
  }).find(([begins]) => group.id.startsWith(begins))?.[1];
  const gb = (kb ?? 0) / 1e6;
  const months = numberIn(group, 'RetentionInDays') / 30;
  return [used('logIngest', gb), used('logStorage', gb * assumed.logCompression * months)];
};
