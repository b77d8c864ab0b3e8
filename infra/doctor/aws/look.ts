import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import type { StackNeeds } from '../needs.ts';

/** What a check of the account knows. */
export interface Look {
  readonly account: AwsAccount;
  readonly accountId: string;
  readonly needs: StackNeeds;
  /** The stack is there already, and with it what it takes of quotas. */
  readonly isThere: boolean;
}
