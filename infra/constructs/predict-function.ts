import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { VARIABLES } from '../../services/settings/variables.ts';
import { ImageFunction, type ServiceProps } from './image-function.ts';

export interface PredictFunctionProps extends ServiceProps {
  /** Web pages of these origins may call it from a browser. */
  readonly corsOrigins: readonly string[];
}

/** API Gateway waits 29 s: one less, so that a function's own end is what a client is told of. */
const SECONDS = 28;

/** Answers the requests of the API. */
export class PredictFunction extends ImageFunction {
  constructor(scope: Construct, id: string, props: PredictFunctionProps) {
    super(scope, id, {
      ...props,
      image: 'predict',
      timeout: Duration.seconds(SECONDS),
      description: 'Hundredfold answers: the HTTP API',
      ...(props.corsOrigins.length === 0
        ? {}
        : { environment: { [VARIABLES.corsOrigins]: props.corsOrigins.join(' ') } }),
    });
    props.store.mayServe(this.permissions);
  }
}
