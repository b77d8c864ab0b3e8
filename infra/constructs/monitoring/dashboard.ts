import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { OwnMetric, Source } from './alarm-table.ts';
import { awsMetric, ownMetric, type Watched } from './metrics.ts';

export interface ModelDashboardProps {
  readonly watched: Watched;
  readonly name: string;
  readonly alarms: readonly Alarm[];
}

const LOOK = { statistic: 'Sum', minutes: 5 };

/** One page: the alarms, what is asked and how fast, what was recorded and what waits, what was trained and how it ended, what failed. */
export class ModelDashboard extends Construct {
  constructor(scope: Construct, id: string, { watched, name, alarms }: ModelDashboardProps) {
    super(scope, id);
    const sum = (metric: OwnMetric['name'], source: Source) => ownMetric(watched, metric, source, LOOK);
    const most = (metric: OwnMetric['name'], source: Source) =>
      ownMetric(watched, metric, source, { ...LOOK, statistic: 'Maximum' });
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: name,
      defaultInterval: Duration.days(1),
    });
    dashboard.addWidgets(
      new TextWidget({ width: 24, height: 1, markdown: `# ${name}` }),
      new AlarmStatusWidget({ width: 24, height: 3, title: 'Alarms', alarms: [...alarms] }),
    );
    dashboard.addWidgets(
      graph('Requests and failures', [
        watched.api.metricCount({ statistic: 'Sum', period: Duration.minutes(5) }),
        awsMetric(watched, { name: '5XXError', of: 'api' }, LOOK),
        sum('hundredfold_errors_total', 'predict'),
      ]),
      graph('Milliseconds to the answer', [
        watched.api.metricLatency({ statistic: 'p50', period: Duration.minutes(5) }),
        watched.api.metricLatency({ statistic: 'p99', period: Duration.minutes(5) }),
      ]),
      graph('Cold starts', [sum('hundredfold_cold_starts_total', 'predict')]),
    );
    dashboard.addWidgets(
      graph('Predictions', [
        sum('hundredfold_predictions_recorded_total', 'predict'),
        sum('hundredfold_predictions_deferred_total', 'predict'),
        sum('hundredfold_predictions_lost_total', 'predict'),
        sum('hundredfold_spool_drained_total', 'sweep'),
      ]),
      graph('What waits', [
        most('hundredfold_spool_oldest_seconds', 'sweep'),
        most('hundredfold_pending_oldest_seconds', 'sweep'),
      ]),
      graph('Retrainings', [
        sum('hundredfold_retrainings_finished_total', 'train'),
        sum('hundredfold_retrainings_failed_total', 'train'),
        most('hundredfold_retraining_seconds', 'train'),
      ]),
    );
    dashboard.addWidgets(
      graph('Set aside, passed over, refused, failed', [
        most('hundredfold_spool_aside_objects', 'sweep'),
        most('hundredfold_spool_passed_over', 'sweep'),
        sum('hundredfold_recording_faults_total', 'predict'),
        sum('hundredfold_champion_problems_total', 'predict'),
        sum('hundredfold_sweep_problems_total', 'sweep'),
      ]),
      graph('Dispatches that failed', [
        sum('hundredfold_dispatch_failures_total', 'predict'),
        sum('hundredfold_dispatch_failures_total', 'sweep'),
        sum('hundredfold_database_invocations_failed_total', 'sweep'),
      ]),
      graph(
        'Calls that Lambda refused; capacity of the database in use, %',
        [
          awsMetric(watched, { name: 'Throttles', of: 'predict' }, LOOK),
          awsMetric(watched, { name: 'Throttles', of: 'train' }, LOOK),
        ],
        [awsMetric(watched, { name: 'ACUUtilization', of: 'database' }, { ...LOOK, statistic: 'Maximum' })],
      ),
    );
  }
}

function graph(title: string, left: Metric[], right: Metric[] = []): GraphWidget {
  return new GraphWidget({ title, left, right, width: 8, height: 6 });
}
