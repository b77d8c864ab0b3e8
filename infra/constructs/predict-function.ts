import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ImageFunction, type ServiceProps } from './image-function.ts';

/** API Gateway waits 29 s: one less, so that a function's own end is what a client is told of. */
const SECONDS = 28;

/** Answers the requests of the API. */
export class PredictFunction extends ImageFunction {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, {
      ...props,
      image: 'predict',
      timeout: Duration.seconds(SECONDS),
      description: 'Hundredfold answers: the HTTP API',
    });
    props.store.mayServe(this.permissions);
  }
}
