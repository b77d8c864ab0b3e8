import { Aws } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ALARMS, type AlarmEntry } from './monitoring/alarm-table.ts';
import { Budget } from './monitoring/budget.ts';
import { ModelDashboard } from './monitoring/dashboard.ts';
import { metricOf, type Watched } from './monitoring/metrics.ts';

export interface MonitoringProps extends Watched {
  /** Begins the names of alarms, dashboard and budget. */
  readonly name: string;
  /** Who is told; null for nobody yet: the topic may be subscribed to at any time. */
  readonly email: string | null;
  /** USD a month of the whole account; null for no budget. */
  readonly monthlyBudget: number | null;
  readonly dashboard: boolean;
}

/** Alarms for whatever somebody has to look at, a topic that tells of them, a dashboard and a budget. */
export class Monitoring extends Construct {
  readonly topic: Topic;
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { name, email, monthlyBudget } = props;
    this.topic = new Topic(this, 'Topic', { displayName: `Hundredfold: ${name}`, enforceSSL: true });
    for (const service of ['cloudwatch', 'budgets']) this.#mayTell(`${service}.amazonaws.com`);
    if (email !== null) this.topic.addSubscription(new EmailSubscription(email));
    this.alarms = Object.entries(ALARMS).map(([of, entry]) => this.#alarm(of, entry, props));
    if (monthlyBudget !== null) new Budget(this, 'Budget', { name, limit: monthlyBudget, topic: this.topic });
    if (props.dashboard) new ModelDashboard(this, 'Dashboard', { name, watched: props, alarms: this.alarms });
  }

  #alarm(of: string, entry: AlarmEntry, props: MonitoringProps): Alarm {
    const { metric, statistic, minutes, threshold, looks, below, silence, help } = entry;
    const alarm = new Alarm(this, of, {
      alarmName: `${props.name}-${of}`,
      alarmDescription: help,
      metric: metricOf(props, metric, { statistic, minutes }),
      threshold,
      ...(/^p\d/.test(statistic) ? { evaluateLowSampleCountPercentile: 'ignore' } : {}),
      evaluationPeriods: looks,
      comparisonOperator:
        below === true
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: silence === 'alarm' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    return alarm;
  }

  #mayTell(service: string): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}
