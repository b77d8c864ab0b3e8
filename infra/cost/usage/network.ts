import { listIn } from '../template.ts';
import { type UsageOf, used } from '../usage.ts';

/** An invocation and its answer, in GB. */
const INVOCATION_GB = 4e-6;

/** An interface endpoint costs by the zone and hour. */
export const endpointUsage: UsageOf = (endpoint, { assumed, trainings }) => [
  used('endpointHour', listIn(endpoint, 'SubnetIds').length * assumed.hours),
  used('endpointGb', trainings.number * INVOCATION_GB),
];

/** A stage of the REST API: every call, and what goes out to the callers. */
export const stageUsage: UsageOf = (_stage, { requests, assumed }) => [
  used('apiRequest', requests),
  used('transferOut', (requests * assumed.answerKb) / 1e6),
];

/** A firewall: itself, each rule, each request. */
export const firewallUsage: UsageOf = (acl, { requests }) => [
  used('firewallAcl', 1),
  used('firewallRule', listIn(acl, 'Rules').length),
  used('firewallRequest', requests),
];

/** The queue of dead letters: nobody asks it until there are some. */
export const queueUsage: UsageOf = () => [used('queueRequest', 0)];
