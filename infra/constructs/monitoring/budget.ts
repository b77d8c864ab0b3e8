import { Aws } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface BudgetProps {
  /** Of the stack. */
  readonly name: string;
  /** USD a month, of the whole account. */
  readonly limit: number;
  readonly topic: Topic;
}

/** Tells when 80 % of a month's money is spent, and when all of it will be. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { name, limit, topic }: BudgetProps) {
    super(scope, id);
    const subscribers = [{ subscriptionType: 'SNS', address: topic.topicArn }];
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        // Of the whole account: a stack of the same name in another region has one, too.
        budgetName: `${name}-${Aws.REGION}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limit, unit: 'USD' },
      },
      notificationsWithSubscribers: [
        { notification: over('ACTUAL', 80), subscribers },
        { notification: over('FORECASTED', 100), subscribers },
      ],
    });
    budget.node.addDependency(topic);
  }
}

function over(notificationType: string, threshold: number) {
  return { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' };
}
