import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  AuroraPostgresEngineVersion,
  CfnDBCluster,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  EngineLifecycleSupport,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { VARIABLES } from '../../services/settings/variables.ts';
import { acknowledge } from './acknowledge.ts';
import { logGroup } from './logs.ts';
import { Permissions } from './permissions.ts';
import type { PrivateNetwork } from './private-network.ts';

export interface PredictionDatabaseProps {
  readonly network: PrivateNetwork;
  /** The name of the cluster: lower-case letters, digits and hyphens. */
  readonly name: string;
  /** In Aurora's units of 2 GiB; with a least of 0 it pauses when nothing was asked for `pauseMinutes`. */
  readonly capacity: { readonly least: number; readonly most: number };
  readonly pauseMinutes: number;
  readonly backupDays: number;
  /** May not be deleted, and leaves a snapshot when it is after all. */
  readonly protect: boolean;
  readonly logDays: number;
}

const DATABASE = 'hundredfold';

/** What is asked of the Data API: statements alone, or transactions of several, too. */
export type Asking = 'statements' | 'transactions';

const ASKING: Readonly<Record<Asking, readonly string[]>> = {
  statements: ['rds-data:ExecuteStatement'],
  transactions: [
    'rds-data:ExecuteStatement',
    'rds-data:BeginTransaction',
    'rds-data:CommitTransaction',
    'rds-data:RollbackTransaction',
  ],
};

/**
 * Aurora PostgreSQL, Serverless v2, which pauses when idle and is reached over the Data API. RDS makes the password, keeps
 * it in Secrets Manager and changes it every week; nobody else has to know it. With `invokes`, its `aws_lambda` extension
 * may invoke one function.
 */
export class PredictionDatabase extends Construct {
  readonly cluster: DatabaseCluster;
  readonly secretArn: string;
  readonly databaseName = DATABASE;
  readonly #cluster: CfnDBCluster;

  constructor(scope: Construct, id: string, props: PredictionDatabaseProps) {
    super(scope, id);
    const { network, name, capacity, protect } = props;
    this.cluster = new DatabaseCluster(this, 'Cluster', {
      // Both 0 capacity units and the Data API came to 17 with its first versions; the minor ones follow by themselves.
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
      // A version at its end becomes the next one, and not one that costs extra.
      engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
      clusterIdentifier: name,
      defaultDatabaseName: DATABASE,
      credentials: Credentials.fromUsername('hundredfold'),
      manageMasterUserPassword: true,
      writer: ClusterInstance.serverlessV2('Writer', {
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
      }),
      serverlessV2MinCapacity: capacity.least,
      serverlessV2MaxCapacity: capacity.most,
      ...(capacity.least === 0
        ? { serverlessV2AutoPauseDuration: Duration.minutes(props.pauseMinutes) }
        : {}),
      enableDataApi: true,
      iamAuthentication: true,
      vpc: network.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [network.databaseGroup],
      storageEncrypted: true,
      backup: { retention: Duration.days(props.backupDays) },
      deletionProtection: protect,
      removalPolicy: protect ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      parameters: {
        'rds.force_ssl': '1',
        // Both would write rows into the log: a slow statement with its values, a refused row with its columns.
        log_min_duration_statement: '-1',
        log_error_verbosity: 'terse',
      },
    });
    // RDS makes it, without an end, where it does not find it.
    this.cluster.node.addDependency(
      logGroup(this, 'Logs', props.logDays, `/aws/rds/cluster/${name}/postgresql`),
    );
    this.#cluster = this.#find();
    this.secretArn = this.#cluster.attrMasterUserSecretSecretArn;
    this.#acknowledge(protect);
  }

  /** What a function is told to find it. */
  get environment(): Record<string, string> {
    return {
      [VARIABLES.databaseArn]: this.cluster.clusterArn,
      [VARIABLES.databaseSecretArn]: this.secretArn,
      [VARIABLES.databaseName]: DATABASE,
    };
  }

  /** Lets a role ask it over the Data API. */
  mayAsk(permissions: Permissions, asking: Asking = 'transactions'): void {
    permissions.allow({ actions: ASKING[asking], resources: [this.cluster.clusterArn] });
    permissions.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn] });
  }

  /** Gives the database a role in which its `aws_lambda.invoke` may invoke `functionArn`, and no other function. */
  invokes(functionArn: string): Role {
    const role = new Role(this, 'InvokeRole', {
      assumedBy: new ServicePrincipal('rds.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      description: 'The database invokes the train function',
    });
    new Permissions(this, 'Invoking', role).allow({
      actions: ['lambda:InvokeFunction'],
      resources: [functionArn],
    });
    this.#cluster.associatedRoles = [{ roleArn: role.roleArn, featureName: 'Lambda' }];
    return role;
  }

  #find(): CfnDBCluster {
    const found = this.cluster.node.defaultChild;
    if (found instanceof CfnDBCluster) return found;
    throw new TypeError('a DatabaseCluster is a CfnDBCluster');
  }

  #acknowledge(protect: boolean): void {
    if (protect) return;
    acknowledge(
      this.cluster,
      'RDS10',
      'protectData is off: the stack is there to try things, and is taken down again.',
    );
  }
}
