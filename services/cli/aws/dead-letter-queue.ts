import { listAt, neededText, textAt } from '../api/json.ts';
import type { Stack } from './stack.ts';

/** A message of a queue, hidden from others for a while. */
export interface DeadLetter {
  readonly id: string;
  /** What it is deleted or given back by. */
  readonly receipt: string;
  readonly body: string;
}

/** As many as SQS gives at once. */
const BATCH = 10;
/** Seconds for which a message that was received is nobody else's. */
const HIDDEN = 120;
/** Seconds that an empty queue is listened to: it is spread over servers, and a shorter look misses some of them. */
const LISTEN = 2;

/** The stack's queue of events that the train function could not work off. */
export class DeadLetterQueue {
  readonly #stack: Stack;
  readonly #url: string;

  constructor(stack: Stack) {
    this.#stack = stack;
    this.#url = stack.output('DeadLetterQueueUrl');
  }

  /** About how many there are; SQS counts them with a minute's delay. */
  async size(): Promise<number> {
    const answer = await this.#call('GetQueueAttributes', {
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    return Number(textAt(answer, 'Attributes', 'ApproximateNumberOfMessages') ?? 0);
  }

  /** The next ones; none where the queue is empty. */
  async receive(): Promise<DeadLetter[]> {
    const answer = await this.#call('ReceiveMessage', {
      MaxNumberOfMessages: BATCH,
      VisibilityTimeout: HIDDEN,
      WaitTimeSeconds: LISTEN,
    });
    return listAt(answer, 'Messages').map((message) => ({
      id: neededText(message, 'MessageId'),
      receipt: neededText(message, 'ReceiptHandle'),
      body: textAt(message, 'Body') ?? '',
    }));
  }

  async delete({ receipt }: DeadLetter): Promise<void> {
    await this.#call('DeleteMessage', { ReceiptHandle: receipt });
  }

  /** Lets a message be seen again at once. */
  async giveBack({ receipt }: DeadLetter): Promise<void> {
    await this.#call('ChangeMessageVisibility', { ReceiptHandle: receipt, VisibilityTimeout: 0 });
  }

  async #call(action: string, parameters: object): Promise<unknown> {
    const { text } = await this.#stack.account.call('sqs', {
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify({ QueueUrl: this.#url, ...parameters }),
    });
    return text === '' ? null : JSON.parse(text);
  }
}
