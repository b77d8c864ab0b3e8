import { AwsFault, type AwsReceived, type AwsReply } from './received.ts';

export interface StandInStack {
  readonly region: string;
  readonly status?: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** CloudFormation's DescribeStacks over the query protocol. */
export class CloudFormation {
  readonly stacks = new Map<string, StandInStack>();

  answer({ body }: AwsReceived, region: string): AwsReply {
    const form = new URLSearchParams(body.toString());
    if (form.get('Action') !== 'DescribeStacks' || form.get('Version') !== '2010-05-15') {
      throw new AwsFault(400, 'InvalidAction', 'Could not find operation');
    }
    const name = form.get('StackName') ?? '';
    const stack = this.stacks.get(name);
    if (stack === undefined || stack.region !== region) {
      throw new AwsFault(400, 'ValidationError', `Stack with id ${name} does not exist`);
    }
    const { status = 'UPDATE_COMPLETE', outputs } = stack;
    const members = Object.entries(outputs).map(
      ([key, value]) =>
        `<member><Description>a &amp; b</Description><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`,
    );
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult><Stacks><member>
    <Tags><member><Key>OutputKey</Key><Value>x</Value></member></Tags>
    <Outputs>${members.join('\n')}</Outputs>
    <StackStatusReason>none</StackStatusReason>
    <StackName>${name}</StackName><StackStatus>${status}</StackStatus>
  </member></Stacks></DescribeStacksResult>
</DescribeStacksResponse>`,
    };
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('/', '&#x2F;');
}
