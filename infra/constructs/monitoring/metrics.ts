import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ImageFunction } from '../image-function.ts';
import type { AwsMetric, OwnMetric, Source } from './alarm-table.ts';

/** Where the services' own metrics are: what `PowertoolsMetrics` writes them under. */
const NAMESPACE = 'Hundredfold';

/** What is watched. */
export interface Watched {
  readonly functions: Readonly<Record<Source, ImageFunction>>;
  readonly api: RestApi;
  readonly database: Pick<DatabaseCluster, 'clusterIdentifier'>;
  readonly deadLetters: Queue;
}

interface Look {
  readonly statistic: string;
  readonly minutes: number;
}

/** A metric of the table as CloudWatch has it. */
export function metricOf(watched: Watched, metric: OwnMetric | AwsMetric, look: Look): Metric {
  return 'of' in metric
    ? awsMetric(watched, metric, look)
    : ownMetric(watched, metric.name, metric.from, look);
}

export function ownMetric(watched: Watched, name: OwnMetric['name'], source: Source, look: Look): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    dimensionsMap: { service: watched.functions[source].service },
    statistic: look.statistic,
    period: Duration.minutes(look.minutes),
  });
}

export function awsMetric(watched: Watched, { name, of }: AwsMetric, look: Look): Metric {
  const [namespace, dimensionsMap] = placeOf(watched, of);
  return new Metric({
    namespace,
    metricName: name,
    dimensionsMap,
    statistic: look.statistic,
    period: Duration.minutes(look.minutes),
  });
}

function placeOf(watched: Watched, of: AwsMetric['of']): [string, Record<string, string>] {
  if (of === 'deadLetters') return ['AWS/SQS', { QueueName: watched.deadLetters.queueName }];
  if (of === 'database') return ['AWS/RDS', { DBClusterIdentifier: watched.database.clusterIdentifier }];
  if (of === 'api') {
    const { restApiName, deploymentStage } = watched.api;
    return ['AWS/ApiGateway', { ApiName: restApiName, Stage: deploymentStage.stageName }];
  }
  return ['AWS/Lambda', { FunctionName: watched.functions[of].function.functionName }];
}
