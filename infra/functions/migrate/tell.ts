import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from './request.ts';

/** How it went. */
export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  /** Shown to whoever deploys. */
  readonly reason: string;
}

/** CloudFormation takes 4 KiB in all. */
const LONGEST_REASON = 1_000;
const WAITS_MS = [200, 1_000, 3_000, 10_000];
const PATIENCE_MS = 10_000;

/**
 * Tells CloudFormation how a request went, until it has heard.
 * @throws Error when it did not: Lambda then calls the function again, which finds its work done
 */
export async function tell(request: Request, { status, reason }: Outcome): Promise<void> {
  const body = JSON.stringify({
    Status: status,
    Reason: reason.slice(0, LONGEST_REASON),
    PhysicalResourceId: request.physicalId ?? `hundredfold-${request.logicalId}`,
    StackId: request.stackId,
    RequestId: request.requestId,
    LogicalResourceId: request.logicalId,
  });
  for (let attempt = 0; ; attempt++) {
    const problem = await send(request.responseUrl, body);
    if (problem === null) return;
    const wait = WAITS_MS[attempt];
    if (wait === undefined) throw new Error(`CloudFormation could not be told: ${problem}`);
    await sleep(wait);
  }
}

async function send(url: string, body: string): Promise<string | null> {
  try {
    // The address is signed for a body without a type.
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' }, signal });
    await answer.arrayBuffer();
    return answer.ok ? null : `status ${answer.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
