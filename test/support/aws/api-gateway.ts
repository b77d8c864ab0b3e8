import { randomBytes } from 'node:crypto';
import { at, textAt } from '../../../services/cli/api/json.ts';
import { AwsFault, type AwsReceived, type AwsReply, json } from './received.ts';

export interface GatewayKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

/** As many keys as are given at once, whatever is asked for, so that pages are met. */
const PAGE = 2;

/** API Gateway's keys and usage plans. */
export class ApiGateway {
  readonly keys = new Map<string, GatewayKey>();
  /** The ids of the keys of each plan. */
  readonly plans = new Map<string, Set<string>>();

  /** Is it the value of a key of some plan? */
  admits(value: string | undefined): boolean {
    const key = [...this.keys.values()].find((known) => known.value === value && known.enabled);
    return key !== undefined && [...this.plans.values()].some((plan) => plan.has(key.id));
  }

  answer(request: AwsReceived): AwsReply {
    const { method, url, headers } = request;
    const [, resource, id = '', below] = url.pathname.split('/').map(decodeURIComponent);
    // It speaks HAL to whoever does not ask for plain JSON.
    if (method !== 'DELETE' && headers.accept !== 'application/json') {
      return json({ _links: {}, _embedded: { item: [] } });
    }
    if (resource === 'apikeys') {
      if (method === 'GET') return this.#list(url.searchParams);
      if (method === 'POST') return this.#create(request);
      if (method === 'DELETE') return this.#remove(id);
    }
    if (resource === 'usageplans' && below === 'keys' && method === 'GET')
      return this.#members(id, url.searchParams);
    if (resource === 'usageplans' && below === 'keys' && method === 'POST') return this.#join(id, request);
    throw new AwsFault(404, 'NotFoundException', `${method} ${url.pathname}`);
  }

  #list(query: URLSearchParams): AwsReply {
    const found = [...this.keys.values()].filter(({ name }) => name.startsWith(query.get('name') ?? ''));
    return paged(
      query,
      found.map(({ value, ...key }) => ({
        ...key,
        ...(query.get('includeValues') === 'true' ? { value } : {}),
      })),
    );
  }

  /** Without values: they are asked for with the keys. */
  #members(plan: string, query: URLSearchParams): AwsReply {
    const joined = this.plans.get(plan);
    if (joined === undefined) throw new AwsFault(404, 'NotFoundException', 'Invalid Usage Plan ID specified');
    return paged(
      query,
      [...joined].map((id) => ({ id, type: 'API_KEY', name: this.keys.get(id)?.name })),
    );
  }

  #create({ body }: AwsReceived): AwsReply {
    const asked: unknown = JSON.parse(body.toString());
    const value = textAt(asked, 'value') ?? '';
    if (value.length < 20 || value.length > 128) {
      throw new AwsFault(400, 'BadRequestException', 'Value should be between 20 and 128 characters');
    }
    if ([...this.keys.values()].some((key) => key.value === value)) {
      throw new AwsFault(409, 'ConflictException', 'API Key already exists');
    }
    const id = randomBytes(5).toString('hex');
    const key = { id, name: textAt(asked, 'name') ?? '', value, enabled: at(asked, 'enabled') === true };
    this.keys.set(id, key);
    return json(key, 201);
  }

  #remove(id: string): AwsReply {
    if (!this.keys.delete(id))
      throw new AwsFault(404, 'NotFoundException', 'Invalid API Key identifier specified');
    for (const plan of this.plans.values()) plan.delete(id);
    return { status: 202 };
  }

  #join(plan: string, { body }: AwsReceived): AwsReply {
    const keyId = textAt(JSON.parse(body.toString()), 'keyId') ?? '';
    const joined = this.plans.get(plan);
    if (joined === undefined || !this.keys.has(keyId)) {
      throw new AwsFault(404, 'NotFoundException', 'Invalid Usage Plan ID specified');
    }
    joined.add(keyId);
    return json({ id: keyId, type: 'API_KEY' }, 201);
  }
}

function paged(query: URLSearchParams, found: readonly object[]): AwsReply {
  const from = Number(query.get('position') ?? 0);
  const position = from + PAGE < found.length ? String(from + PAGE) : undefined;
  return json({ item: found.slice(from, from + PAGE), position });
}
