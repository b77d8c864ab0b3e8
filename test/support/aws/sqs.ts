import { randomUUID } from 'node:crypto';
import { numberAt, textAt } from '../../../services/cli/api/json.ts';
import { AwsFault, type AwsReceived, type AwsReply, json } from './received.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  receipt: string;
  /** Milliseconds since 1970 until which nobody else sees it. */
  hiddenUntil: number;
  received: number;
}

/** One queue of SQS, over its JSON protocol. */
export class Queue {
  readonly url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/shop-dead-letters';
  readonly #messages: Message[] = [];

  put(body: unknown): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.#messages.push({ id: randomUUID(), body: text, receipt: '', hiddenUntil: 0, received: 0 });
  }

  /** The bodies of what is in it, hidden or not. */
  get bodies(): string[] {
    return this.#messages.map(({ body }) => body);
  }

  /** Takes the messages of a body out, behind everybody's back. */
  drop(body: string): void {
    for (let at = this.bodies.indexOf(body); at >= 0; at = this.bodies.indexOf(body))
      this.#messages.splice(at, 1);
  }

  /** How many are hidden. */
  get hidden(): number {
    return this.#messages.filter(({ hiddenUntil }) => hiddenUntil > Date.now()).length;
  }

  answer({ headers, body }: AwsReceived): AwsReply {
    const asked: unknown = JSON.parse(body.toString());
    if (textAt(asked, 'QueueUrl') !== this.url) {
      throw new AwsFault(400, 'com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.');
    }
    switch (headers['x-amz-target']) {
      case 'AmazonSQS.GetQueueAttributes':
        return json({ Attributes: { ApproximateNumberOfMessages: String(this.#messages.length) } });
      case 'AmazonSQS.ReceiveMessage':
        return this.#receive(
          numberAt(asked, 'MaxNumberOfMessages') ?? 1,
          numberAt(asked, 'VisibilityTimeout') ?? 30,
        );
      case 'AmazonSQS.DeleteMessage':
        this.#messages.splice(this.#messages.indexOf(this.#of(asked)), 1);
        return json({});
      case 'AmazonSQS.ChangeMessageVisibility':
        this.#of(asked).hiddenUntil = Date.now() + (numberAt(asked, 'VisibilityTimeout') ?? 0) * 1000;
        return json({});
      default:
        throw new AwsFault(400, 'UnknownOperationException', String(headers['x-amz-target']));
    }
  }

  #receive(most: number, seconds: number): AwsReply {
    if (most > 10) throw new AwsFault(400, 'ReadCountOutOfRange', 'At most 10.');
    const seen = this.#messages.filter(({ hiddenUntil }) => hiddenUntil <= Date.now()).slice(0, most);
    for (const message of seen) {
      message.receipt = randomUUID();
      message.hiddenUntil = Date.now() + seconds * 1000;
      message.received++;
    }
    // Without messages there is no list at all.
    return json(
      seen.length === 0
        ? {}
        : {
            Messages: seen.map(({ id, receipt, body }) => ({
              MessageId: id,
              ReceiptHandle: receipt,
              Body: body,
            })),
          },
    );
  }

  #of(asked: unknown): Message {
    const found = this.#messages.find(
      ({ receipt }) => receipt !== '' && receipt === textAt(asked, 'ReceiptHandle'),
    );
    if (found === undefined)
      throw new AwsFault(400, 'ReceiptHandleIsInvalid', 'The receipt handle has expired.');
    return found;
  }
}
