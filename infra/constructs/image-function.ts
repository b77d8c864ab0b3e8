import type { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, DockerImageFunction, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { VARIABLES } from '../../services/settings/variables.ts';
import { acknowledge } from './acknowledge.ts';
import { logGroup } from './logs.ts';
import type { ModelStore } from './model-store.ts';
import { Permissions } from './permissions.ts';
import type { Asking, PredictionDatabase } from './prediction-database.ts';
import { type ServiceImage, serviceImage } from './service-image.ts';

/** What every function of the services works with, and how it is watched. */
export interface ServiceProps {
  readonly database: PredictionDatabase;
  readonly store: ModelStore;
  /** Begins the names under which metrics and traces come, so that two stacks of an account are told apart. */
  readonly name: string;
  /** In MiB. */
  readonly memory: number;
  /** Set aside in the account, and never exceeded; null for neither. */
  readonly concurrency: number | null;
  readonly logLevel: string;
  readonly logDays: number;
}

export interface ImageFunctionProps extends ServiceProps {
  readonly image: ServiceImage;
  /** In place of the image's own. */
  readonly handler?: string;
  readonly timeout: Duration;
  readonly description: string;
  /** Transactions, unless told otherwise. */
  readonly asking?: Asking;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A function that runs one of the images: a role with what it is given and no more, logs that end, traces. */
export class ImageFunction extends Construct {
  readonly function: DockerImageFunction;
  readonly permissions: Permissions;
  /** The dimension `service` of its metrics. */
  readonly service: string;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: ImageFunctionProps) {
    super(scope, id);
    this.service = props.name;
    this.logs = logGroup(this, 'Logs', props.logDays);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    this.permissions = new Permissions(this, 'Permissions', role);
    this.permissions.allow({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logs.logGroupArn],
    });
    props.database.mayAsk(this.permissions, props.asking);
    this.function = new DockerImageFunction(this, 'Function', {
      code: serviceImage(props.image, props.handler),
      architecture: Architecture.ARM_64,
      description: props.description,
      role,
      memorySize: props.memory,
      timeout: props.timeout,
      tracing: Tracing.ACTIVE,
      logGroup: this.logs,
      ...(props.concurrency === null ? {} : { reservedConcurrentExecutions: props.concurrency }),
      environment: {
        ...props.database.environment,
        ...props.store.environment,
        [VARIABLES.logLevel]: props.logLevel,
        POWERTOOLS_SERVICE_NAME: this.service,
        ...props.environment,
      },
    });
    // Lambda calls the function as soon as it is there, with what its role may do by then.
    this.function.node.addDependency(this.permissions);
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'Traces: xray:PutTraceSegments and xray:PutTelemetryRecords know no resources, AWS takes no other.',
    );
  }
}
