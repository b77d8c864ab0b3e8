import { CustomResource, Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { logGroup } from './logs.ts';
import { Permissions } from './permissions.ts';
import type { PredictionDatabase } from './prediction-database.ts';

export interface MigrationsProps {
  readonly database: PredictionDatabase;
  /** The folder of the bundled function, `infra/functions/migrate.ts`. */
  readonly bundle: string;
  /** What the database is to be migrated to: with another one the migrations run again. */
  readonly version: string;
  readonly logDays: number;
}

/** Of the function; CloudFormation waits a minute longer, so that it learns from the function why it failed. */
const MINUTES = 14;

/**
 * Brings the database up to date when the stack is deployed. By a function of a zip file, since one of an image may still
 * be pending then. It waits for a database that is paused or only just there; what fails is rolled back, and fails the
 * deployment.
 */
export class Migrations extends Construct {
  readonly function: LambdaFunction;
  /** Whatever needs the schema depends on this. */
  readonly schema: CustomResource;

  constructor(scope: Construct, id: string, { database, bundle, version, logDays }: MigrationsProps) {
    super(scope, id);
    const logs = logGroup(this, 'Logs', logDays);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Hundredfold migrates the database',
    });
    const permissions = new Permissions(this, 'Permissions', role);
    permissions.allow({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logs.logGroupArn],
    });
    database.mayAsk(permissions);
    this.function = new LambdaFunction(this, 'Function', {
      code: Code.fromAsset(bundle, { exclude: ['*.map'] }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: 'Hundredfold migrates the database: called by CloudFormation alone',
      role,
      memorySize: 512,
      timeout: Duration.minutes(MINUTES),
      tracing: Tracing.ACTIVE,
      logGroup: logs,
      environment: database.environment,
    });
    this.function.node.addDependency(permissions);
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'Traces: xray:PutTraceSegments and xray:PutTelemetryRecords know no resources, AWS takes no other.',
    );
    this.schema = this.#resource('Schema', 'Custom::HundredfoldSchema', {
      Action: 'migrate',
      Version: version,
    });
    this.schema.node.addDependency(this.function, database.cluster);
  }

  /** Writes into the database which function it invokes; null for none, and then the sweep does. */
  setTrainFunction(functionArn: string | null, after: readonly IConstruct[]): void {
    const resource = this.#resource('TrainFunction', 'Custom::HundredfoldTrainFunction', {
      Action: 'set-train-function',
      ...(functionArn === null ? {} : { TrainFunction: functionArn }),
    });
    resource.node.addDependency(this.schema, ...after);
  }

  #resource(id: string, resourceType: string, properties: Record<string, string>): CustomResource {
    return new CustomResource(this, id, {
      serviceToken: this.function.functionArn,
      resourceType,
      properties,
      serviceTimeout: Duration.minutes(MINUTES + 1),
    });
  }
}
