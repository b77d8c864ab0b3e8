import { numberIn } from '../template.ts';
import { type UsageOf, used } from '../usage.ts';

/** The cluster: storage, backups, what goes through the Data API, and the secret that RDS makes for it. */
export const clusterUsage: UsageOf = (cluster, month) => {
  const { assumed, predictions, trainings, calls, awakeHours } = month;
  const gb = assumed.databaseGb + (predictions * assumed.predictionKb) / 1e6;
  // A page of examples is counted by what it carries; every other call carries less than one unit.
  const units =
    assumed.databaseCallsOfTraining + (trainings.examples * assumed.exampleKb) / assumed.dataApiKb;
  const dataApi = calls * assumed.databaseCalls + trainings.number * units;
  const keepsMoreThanADay = numberIn(cluster, 'BackupRetentionPeriod') > 1;
  return [
    used('auroraStorage', gb),
    // The first day's is free; of longer ones a copy and what changed is kept.
    used('auroraBackup', keepsMoreThanADay ? gb : 0),
    used('auroraIo', predictions * assumed.ioOfPrediction + awakeHours * assumed.ioOfHour),
    used('dataApiRequest', dataApi),
    used('secret', cluster.properties.ManageMasterUserPassword === true ? 1 : 0),
    // The Data API asks for it, and keeps it for a while: every five minutes of use.
    used('secretRequest', awakeHours * 12),
  ];
};

/** An instance: the hours that it is awake, by its size in them. */
export const instanceUsage: UsageOf = (_instance, { capacityHours }) => [
  used('auroraCapacity', capacityHours),
];
