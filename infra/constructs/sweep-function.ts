import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { VARIABLES } from '../../services/settings/variables.ts';
import { ImageFunction, type ServiceProps } from './image-function.ts';
import type { TrainingFunction } from './training-function.ts';

export interface SweepFunctionProps extends ServiceProps {
  readonly training: TrainingFunction;
  readonly everyMinutes: number;
}

/** A round begins nothing new in its last 20 s, and ends before the next one comes: they never overlap. */
const LONGEST_SECONDS = 290;

/**
 * Looks at the bucket every few minutes, and does what was left over: rows that wait for the database, retrainings that
 * were asked for and never began. A round that fails is not repeated, the next one comes.
 */
export class SweepFunction extends ImageFunction {
  constructor(scope: Construct, id: string, props: SweepFunctionProps) {
    const { training, everyMinutes, store } = props;
    super(scope, id, {
      ...props,
      image: 'predict',
      handler: 'index.sweep',
      timeout: Duration.seconds(Math.min(LONGEST_SECONDS, everyMinutes * 60 - 10)),
      description: 'Hundredfold sweeps: what waits in the bucket, what was asked for and never began',
      asking: 'statements',
      environment: { [VARIABLES.trainFunction]: training.function.functionArn },
    });
    store.maySweep(this.permissions);
    this.permissions.allow({
      actions: ['lambda:InvokeFunction'],
      resources: [training.function.functionArn],
    });
    const events = new CfnEventInvokeConfig(this, 'Events', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      maximumEventAgeInSeconds: 60,
      maximumRetryAttempts: 0,
    });
    events.node.addDependency(this.permissions);
    new Rule(this, 'Schedule', {
      description: 'When the sweep looks at the bucket',
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [new LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
