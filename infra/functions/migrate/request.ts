/** What CloudFormation asks of a custom resource, and where it wants to be told how that went. */
export interface Request {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalId: string;
  /** The name that the resource got when it was made; null until then. */
  readonly physicalId: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

const TYPES = ['Create', 'Update', 'Delete'] as const;

/** @throws TypeError for an event that is not CloudFormation's: there is nobody to be told */
export function readRequest(event: unknown): Request {
  const type = TYPES.find((one) => one === text(event, 'RequestType'));
  if (type === undefined) throw new TypeError('RequestType is Create, Update or Delete.');
  const properties = fieldOf(event, 'ResourceProperties');
  return {
    type,
    responseUrl: text(event, 'ResponseURL'),
    stackId: text(event, 'StackId'),
    requestId: text(event, 'RequestId'),
    logicalId: text(event, 'LogicalResourceId'),
    physicalId: type === 'Create' ? null : text(event, 'PhysicalResourceId'),
    properties: typeof properties === 'object' && properties !== null ? { ...properties } : {},
  };
}

function text(event: unknown, name: string): string {
  const value = fieldOf(event, name);
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is missing from the event.`);
  return value;
}

function fieldOf(event: unknown, name: string): unknown {
  if (typeof event !== 'object' || event === null) throw new TypeError('The event is no object.');
  return Object.entries(event).find(([key]) => key === name)?.[1];
}
