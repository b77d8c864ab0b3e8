import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import { firstText, textsOf } from '../../../services/cli/aws/xml.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { StackNeeds, Zone } from '../needs.ts';
import type { Look } from './look.ts';
import { query } from './query.ts';

const OF = 'zones';
const ELSEWHERE = 'deploy to another region';

/** A service that the stack wants an endpoint for. */
interface Endpoint {
  readonly name: string;
  /** The region has it at all. */
  readonly exists: boolean;
  /** Where the stack would put it, and where it is offered; an empty list where AWS does not say. */
  readonly wantedIn: readonly string[];
  readonly offeredIn: readonly string[];
}

/** Are there two zones with Aurora in them, and is what the stack asks endpoints of in the zone that it asks for? */
export async function checkZones(look: Look): Promise<Finding> {
  const { account, needs, isThere } = look;
  const { all, listed } = await zonesOf(account);
  if (listed.length < 2)
    return problem(OF, `${account.region} has ${listed.length}, and Aurora asks for two`, ELSEWHERE);
  const named = (zones: readonly Zone[]) =>
    zones.map((zone) => (typeof zone === 'number' ? (listed[zone] ?? `zone ${zone}`) : zone));
  const endpoints = await Promise.all(
    needs.endpoints.map(({ service, zones }) => endpointOf(account, service, named(zones))),
  );
  // A stack that is there stays in its zones: others would be another network, and another database in it.
  const aurora = isThere ? [] : await zonesOfAurora(account, needs);
  const others = isThere ? null : otherZones(listed, aurora, endpoints);
  return (
    endpoints.map((endpoint) => lacking(endpoint)).find((finding) => finding !== null) ??
    withoutAurora(named(needs.zones), all, aurora, others) ??
    endpoints.map((endpoint) => misplaced(endpoint, others)).find((finding) => finding !== null) ??
    ok(OF, named(needs.zones).join(', '))
  );
}

function lacking({ name, exists }: Endpoint): Finding | null {
  return exists
    ? null
    : problem(OF, `${name} does not exist`, `set invokeFromDatabase to false, or ${ELSEWHERE}`);
}

function withoutAurora(
  wanted: readonly string[],
  all: readonly string[],
  aurora: readonly string[],
  others: string | null,
): Finding | null {
  const without = wanted.find((zone) => !all.includes(zone) || !isIn(aurora, zone));
  if (without === undefined) return null;
  const todo = others === null ? ELSEWHERE : `set zones to ${others} in infra/settings.ts, or ${ELSEWHERE}`;
  return problem(OF, `Aurora Serverless v2 is not in ${without}, where the stack's network would be`, todo);
}

function misplaced({ name, wantedIn, offeredIn }: Endpoint, others: string | null): Finding | null {
  if (wantedIn.every((zone) => isIn(offeredIn, zone))) return null;
  const off = 'set invokeFromDatabase to false';
  return problem(
    OF,
    `${name} is not in ${wantedIn.join(', ')}, where its endpoint would be`,
    others === null ? off : `set zones to ${others} in infra/settings.ts, or ${off}`,
  );
}

/** Two zones that will do, the endpoints' first, as the setting has them; null where there are none. */
function otherZones(
  listed: readonly string[],
  aurora: readonly string[],
  endpoints: readonly Endpoint[],
): string | null {
  const fit = listed.filter((zone) => isIn(aurora, zone));
  const first = fit.find((zone) => endpoints.every(({ offeredIn }) => isIn(offeredIn, zone)));
  const second = fit.find((zone) => zone !== first);
  return first === undefined || second === undefined ? null : JSON.stringify([first, second]);
}

/** What AWS does not say is taken to be so. */
function isIn(zones: readonly string[], zone: string): boolean {
  return zones.length === 0 || zones.includes(zone);
}

/**
 * All zones, and those that CloudFormation lists for a template: in the alphabet's order, those with a default subnet alone where
 * any has one.
 */
async function zonesOf(account: AwsAccount): Promise<{ all: readonly string[]; listed: readonly string[] }> {
  const [zones, subnets] = await Promise.all([
    query(account, 'ec2', 'DescribeAvailabilityZones', {
      'Filter.1.Name': 'zone-type',
      'Filter.1.Value.1': 'availability-zone',
    }),
    query(account, 'ec2', 'DescribeSubnets', {
      'Filter.1.Name': 'default-for-az',
      'Filter.1.Value.1': 'true',
    }),
  ]);
  const all = textsOf(zones, 'zoneName').toSorted();
  const withDefault = textsOf(subnets, 'availabilityZone');
  return { all, listed: all.filter((zone) => isIn(withDefault, zone)) };
}

async function zonesOfAurora(account: AwsAccount, { engineVersion }: StackNeeds): Promise<string[]> {
  const answer = await query(account, 'rds', 'DescribeOrderableDBInstanceOptions', {
    Engine: 'aurora-postgresql',
    EngineVersion: engineVersion,
    DBInstanceClass: 'db.serverless',
  });
  return textsOf(answer, 'AvailabilityZone').flatMap((zone) => firstText(zone, 'Name') ?? []);
}

async function endpointOf(
  account: AwsAccount,
  service: string,
  wantedIn: readonly string[],
): Promise<Endpoint> {
  const name = `com.amazonaws.${account.region}.${service}`;
  const found = await query(account, 'ec2', 'DescribeVpcEndpointServices', {
    'Filter.1.Name': 'service-name',
    'Filter.1.Value.1': name,
  });
  return {
    name,
    exists: firstText(found, 'serviceName') !== null,
    wantedIn,
    offeredIn: textsOf(found, 'availabilityZoneSet').flatMap((zones) => textsOf(zones, 'item')),
  };
}
