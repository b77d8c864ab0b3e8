import { Duration } from 'aws-cdk-lib';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { ImageFunction, type ServiceProps } from './image-function.ts';

/** The longest that Lambda lets a function run. It stops itself a minute before, and says so. */
const MINUTES = 15;
/** An event that finds no room for so long is a dead letter; the sweep sends what is still wanted anew. */
const OLDEST_EVENT_HOURS = 6;

/** Trains: invoked by the database or the sweep, without waiting. What it could not do in three attempts is kept in a queue. */
export class TrainingFunction extends ImageFunction {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, {
      ...props,
      image: 'train',
      timeout: Duration.minutes(MINUTES),
      description: 'Hundredfold trains: what the database or the sweep invokes',
    });
    props.store.mayTrain(this.permissions);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, 'SQS3', 'It is the queue of dead letters itself.');
    this.permissions.allow({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] });
    const events = new CfnEventInvokeConfig(this, 'Events', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      maximumEventAgeInSeconds: Duration.hours(OLDEST_EVENT_HOURS).toSeconds(),
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: this.deadLetters.queueArn } },
    });
    events.node.addDependency(this.permissions);
  }
}
