import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** A log group whose logs end with their days, and with the stack. A name only where a service of AWS asks for that one. */
export function logGroup(scope: Construct, id: string, days: number, logGroupName?: string): LogGroup {
  return new LogGroup(scope, id, {
    // The settings allow what CloudWatch does.
    retention: days as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(logGroupName === undefined ? {} : { logGroupName }),
  });
}
