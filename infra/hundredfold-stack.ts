import { Aws, CfnOutput, CfnRule, Fn, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CustomDomain } from './constructs/custom-domain.ts';
import { Firewall } from './constructs/firewall.ts';
import { Migrations } from './constructs/migrations.ts';
import { ModelStore } from './constructs/model-store.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { PredictFunction } from './constructs/predict-function.ts';
import { PredictionDatabase } from './constructs/prediction-database.ts';
import { PredictorApi } from './constructs/predictor-api.ts';
import { PrivateNetwork } from './constructs/private-network.ts';
import { SweepFunction } from './constructs/sweep-function.ts';
import { TrainingFunction } from './constructs/training-function.ts';
import type { StackSettings } from './settings/table.ts';

export interface HundredfoldStackProps {
  readonly settings: StackSettings;
  /** Which settings these are, for a tag. */
  readonly profile: string;
  /** Of the software that it runs. */
  readonly version: string;
  /** The bundled migration function: its folder, and what tells one from another. */
  readonly migrations: { readonly folder: string; readonly version: string };
}

/** All of it in one stack: the loop from a prediction to the model that learned from it, and what watches over it. */
export class HundredfoldStack extends Stack {
  constructor(scope: Construct, id: string, props: HundredfoldStackProps) {
    const { settings, profile, version } = props;
    const { stackName: name, logDays } = settings;
    super(scope, id, {
      stackName: name,
      description: `Hundredfold ${version}: suggestions from rows, retrained by themselves`,
      terminationProtection: settings.protectData,
      analyticsReporting: false,
    });

    const network = new PrivateNetwork(this, 'Network', { logDays, zones: settings.zones });
    const database = new PredictionDatabase(this, 'Database', {
      network,
      name,
      capacity: { least: settings.databaseMinCapacity, most: settings.databaseMaxCapacity },
      pauseMinutes: settings.databasePauseMinutes,
      backupDays: settings.backupDays,
      protect: settings.protectData,
      logDays,
    });
    const store = new ModelStore(this, 'Store', {
      noncurrentDays: settings.noncurrentDays,
      keep: settings.protectData,
    });
    const migrations = new Migrations(this, 'Migrations', {
      database,
      bundle: props.migrations.folder,
      version: props.migrations.version,
      logDays,
    });

    const service = { database, store, logDays, logLevel: settings.logLevel };
    const predict = new PredictFunction(this, 'Predict', {
      ...service,
      name: `${name}-predict`,
      memory: settings.predictMemory,
      concurrency: settings.predictConcurrency,
      corsOrigins: settings.corsOrigins,
    });
    const train = new TrainingFunction(this, 'Train', {
      ...service,
      name: `${name}-train`,
      memory: settings.trainMemory,
      concurrency: settings.trainConcurrency,
    });
    const sweep = new SweepFunction(this, 'Sweep', {
      ...service,
      name: `${name}-sweep`,
      memory: 512,
      concurrency: null,
      training: train,
      everyMinutes: settings.sweepEveryMinutes,
    });
    // New code meets no schema that it does not know.
    for (const { function: code } of [predict, train, sweep]) code.node.addDependency(migrations.schema);
    this.#invoke(settings, { network, database, migrations, train });

    const api = new PredictorApi(this, 'Api', {
      name,
      handler: predict.function,
      throttle: { rate: settings.throttleRate, burst: settings.throttleBurst },
      dailyQuota: settings.dailyQuota,
      corsOrigins: settings.corsOrigins,
      tracedShare: settings.tracedShare,
      logsRole: settings.apiLogsRole,
      logDays,
      firewall: settings.firewall,
    });
    if (settings.firewall) {
      new Firewall(this, 'Firewall', { stage: api.api.deploymentStage, rate: settings.firewallRate });
    }
    const domain = this.#domain(settings, api);
    new Monitoring(this, 'Monitoring', {
      name,
      functions: { predict, train, sweep },
      api: api.api,
      database: database.cluster,
      deadLetters: train.deadLetters,
      email: settings.alarmEmail,
      monthlyBudget: settings.monthlyBudget,
      dashboard: settings.dashboard,
    });

    this.#output({
      ApiUrl: domain?.url ?? api.url,
      ApiId: api.api.restApiId,
      Region: Aws.REGION,
      ModelsBucket: store.models.bucketName,
      SpoolBucket: store.spool.bucketName,
      TrainFunction: train.function.functionArn,
      DeadLetterQueueUrl: train.deadLetters.queueUrl,
      UsagePlanId: api.usagePlan.usagePlanId,
      ClusterArn: database.cluster.clusterArn,
      SecretArn: database.secretArn,
      DatabaseName: database.databaseName,
      Version: version,
      ...(domain === null ? {} : { DomainTarget: domain.target }),
    });
    this.#onlyIn(settings.region);
    this.#tag({ 'hundredfold:stack': name, 'hundredfold:profile': profile, ...settings.tags });
  }

  #invoke(
    { invokeFromDatabase }: StackSettings,
    parts: {
      network: PrivateNetwork;
      database: PredictionDatabase;
      migrations: Migrations;
      train: TrainingFunction;
    },
  ): void {
    const { network, database, migrations, train } = parts;
    if (!invokeFromDatabase) {
      migrations.setTrainFunction(null, []);
      return;
    }
    const { functionArn } = train.function;
    const endpoint = network.letDatabaseInvoke(functionArn, database.invokes(functionArn));
    migrations.setTrainFunction(functionArn, [endpoint]);
  }

  #domain({ domainName, certificateArn }: StackSettings, { api }: PredictorApi): CustomDomain | null {
    if (domainName === null || certificateArn === null) return null;
    return new CustomDomain(this, 'Domain', { api, domainName, certificateArn });
  }

  /** A deployment to any other region is refused by CloudFormation before it makes anything. */
  #onlyIn(region: string | null): void {
    if (region === null) return;
    new CfnRule(this, 'OnlyRegion', {
      assertions: [
        {
          assert: Fn.conditionEquals(Aws.REGION, region),
          assertDescription: `The setting region says ${region}: deploy there, or change it.`,
        },
      ],
    });
  }

  #tag(tags: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(tags)) {
      // Not every region knows tags of a dashboard.
      Tags.of(this).add(key, value, { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] });
    }
  }

  #output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
