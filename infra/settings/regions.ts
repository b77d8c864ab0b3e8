/**
 * Whether a region has the Data API for Aurora PostgreSQL 17, as AWS's page and its SDK's list of endpoints said when they were
 * last looked at; null where neither did. The database is asked over nothing else, and no call of AWS tells it before a deployment.
 */
const DATA_API: Readonly<Record<string, boolean | null>> = {
  'af-south-1': true,
  'ap-east-1': true,
  'ap-northeast-1': true,
  'ap-northeast-2': true,
  'ap-northeast-3': true,
  'ap-south-1': true,
  'ap-south-2': false,
  'ap-southeast-1': true,
  'ap-southeast-2': true,
  'ap-southeast-3': true,
  'ap-southeast-4': false,
  'ap-southeast-5': true,
  'ap-southeast-6': false,
  'ca-central-1': true,
  'ca-west-1': null,
  'eu-central-1': true,
  'eu-central-2': null,
  'eu-north-1': null,
  'eu-south-1': null,
  'eu-south-2': null,
  'eu-west-1': true,
  'eu-west-2': true,
  'eu-west-3': true,
  'il-central-1': null,
  'me-central-1': null,
  'me-south-1': null,
  'sa-east-1': null,
  'us-east-1': true,
  'us-east-2': true,
  'us-west-1': true,
  'us-west-2': true,
};

/** Where AWS says which regions have it. */
export const DATA_API_PAGE =
  'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.Aurora_Fea_Regions_DB-eng.Feature.Data_API.html';

/**
 * The regions of AWS that a stack may be meant for; a new one is added here. Whether a region has everything that the stack
 * is made of, an account's own quotas included, `npm run doctor:aws` looks at.
 */
export const REGIONS: readonly string[] = Object.keys(DATA_API);

/** Null where it is not known. */
export function hasDataApi(region: string): boolean | null {
  return DATA_API[region] ?? null;
}
