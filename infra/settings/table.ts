import {
  type Kind,
  list,
  oneOf,
  oneOfNumbers,
  orNone,
  pair,
  stepped,
  text,
  texts,
  whole,
  yesOrNo,
} from './kinds.ts';
import { REGIONS } from './regions.ts';

/** A setting: what it may be, and what it does, costs and gives. */
interface SettingEntry<Value> {
  readonly kind: Kind<Value>;
  readonly help: string;
}

/** What CloudWatch Logs keeps logs for; it takes no other number of days. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Lambda's own limits, in MiB. */
const MEMORY = whole(128, 10_240, 'MiB');
/** What AWS takes for a tag's key and value, which no `aws:` may begin. */
const TAG_KEY = /^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u;

/** Every setting of the stack, once: its type, its check at synthesis and its documentation are made from this table. */
export const SETTINGS = {
  stackName: setting(
    text(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphens, 32 at most, a letter first'),
    "The stack's name: what `hundredfold --stack` is told, and how the names of what it makes begin.",
  ),
  region: setting(
    orNone(oneOf(REGIONS, 'the name of a region of AWS, such as eu-central-1')),
    'The one region that the stack may be deployed to; a deployment to another one is refused before anything is made.',
  ),
  zones: setting(
    orNone(
      pair(
        /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/,
        'a list of two availability zones such as ["eu-central-1a", "eu-central-1b"]',
      ),
    ),
    "The two availability zones of the database's network; the endpoint of `invokeFromDatabase` is in the first. None: the first two of the region, and the doctor says where they will not do. For a first deployment: another zone later is another database.",
  ),
  tags: setting(
    texts(TAG_KEY, TAG_VALUE, 'an object of tags: letters, digits and _.:/=+@-, with text as values'),
    'Tags on everything that takes tags, beside `hundredfold:stack` and `hundredfold:profile`.',
  ),

  databaseMinCapacity: setting(
    stepped(0, 256, 0.5),
    'The least that Aurora runs with, in capacity units of 2 GiB. 0: it pauses when idle and costs its storage alone; the first call then waits some 15 s, and predictions are answered meanwhile.',
  ),
  databaseMaxCapacity: setting(stepped(0.5, 256, 0.5), 'The most that Aurora grows to, in capacity units.'),
  databasePauseMinutes: setting(
    whole(5, 1440, 'minutes'),
    'How long nothing has to be asked before Aurora pauses; each waking costs as much of its time again.',
  ),
  backupDays: setting(whole(1, 35, 'days'), 'How far back the database can be restored to any second.'),
  protectData: setting(
    yesOrNo(),
    'Database and stack cannot be deleted until this is off, a last snapshot is taken of the database, and the buckets outlive the stack.',
  ),
  invokeFromDatabase: setting(
    yesOrNo(),
    'The database invokes the train function itself, through an interface endpoint in one zone (some 7 to 9 USD a month). Off: the sweep does, so a retraining begins up to `sweepEveryMinutes` later.',
  ),

  predictMemory: setting(
    MEMORY,
    'Memory of the predict function, and with it its share of a processor: a whole one at 1,769 MiB. Cold starts are mostly computing, so they get shorter as this grows; the price of a millisecond grows as much.',
  ),
  predictConcurrency: setting(
    orNone(whole(1, 10_000)),
    'Predict functions that are set aside in the account and never exceeded. It keeps other functions from starving this one, and this one from starving them.',
  ),
  trainMemory: setting(
    MEMORY,
    'Memory of the train function. Training uses one processor, so beyond 1,769 MiB only examples that need more gain. New accounts may have 3,008 at most.',
  ),
  trainConcurrency: setting(
    orNone(whole(1, 1_000)),
    'Train functions at a time: keeps many predictors from taking the concurrency that answering needs. One per predictor is the doing of the database.',
  ),
  sweepEveryMinutes: setting(
    whole(2, 60, 'minutes'),
    'How often the bucket is looked at for what is left over. It wakes the database only where something is.',
  ),
  logLevel: setting(oneOf(['error', 'warn', 'info', 'debug']), 'What the functions log. Inputs never are.'),
  logDays: setting(oneOfNumbers(LOG_DAYS), 'For how many days logs are kept.'),

  throttleRate: setting(
    whole(1, 10_000, 'requests a second'),
    'What the usage plan lets through for each key, and the stage for each method.',
  ),
  throttleBurst: setting(whole(1, 5_000, 'requests'), 'How many may come at once before the rate counts.'),
  dailyQuota: setting(
    orNone(whole(1, 1_000_000_000, 'requests')),
    'Requests a day for each key of the usage plan.',
  ),
  corsOrigins: setting(
    list(/^https:\/\/[a-z0-9.-]+(:\d+)?$/, 'a list of origins such as https://app.example.com'),
    'Web pages of these origins may call the API from a browser. The key that such a page sends is known to whoever opens it.',
  ),
  tracedShare: setting(
    stepped(0, 1, 0.01),
    'Which part of the requests is traced by X-Ray, from 0 to 1 (5 USD for a million traces, the first 100,000 of a month are free).',
  ),
  domainName: setting(
    orNone(
      text(
        /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
        'a host name such as api.example.com',
      ),
    ),
    'A host name of your own for the API; its DNS record is yours to make (output `DomainTarget`). Needs `certificateArn`.',
  ),
  certificateArn: setting(
    orNone(
      text(
        /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/,
        'the ARN of a certificate in ACM',
      ),
    ),
    'The certificate of `domainName`, in the region of the stack.',
  ),
  firewall: setting(
    yesOrNo(),
    'A web application firewall before the API: known attackers and a limit per address (9 USD a month and 0.60 per million requests).',
  ),
  firewallRate: setting(
    whole(100, 2_000_000, 'requests in five minutes'),
    'What the firewall lets through from one address in five minutes.',
  ),
  apiLogsRole: setting(
    yesOrNo(),
    'Let API Gateway write logs, which is a setting of the whole account and region. Turn it off where the account has such a role already.',
  ),
  noncurrentDays: setting(
    whole(1, 3_650, 'days'),
    'How long the models bucket keeps what was overwritten or removed.',
  ),

  alarmEmail: setting(
    orNone(text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address')),
    'Who is told when an alarm goes off. AWS asks that address first whether it wants to be.',
  ),
  monthlyBudget: setting(
    orNone(whole(1, 1_000_000, 'USD')),
    'Tells when the account has spent 80 % of this in a month, or is about to exceed it. Of the whole account: a budget by tag sees nothing until the tag was activated for billing.',
  ),
  dashboard: setting(
    yesOrNo(),
    'A CloudWatch dashboard (the first three of an account are free, then 3 USD a month).',
  ),
} as const satisfies Readonly<Record<string, SettingEntry<unknown>>>;

type Table = typeof SETTINGS;

export type SettingName = keyof Table;

/** The settings of one stack. */
export type StackSettings = {
  readonly [Name in SettingName]: Table[Name]['kind'] extends Kind<infer Value> ? Value : never;
};

function setting<Value>(kind: Kind<Value>, help: string): SettingEntry<Value> {
  return { kind, help };
}
