import { describeWhere, s3Server } from '../support/requirement.ts';
import { networkFails } from './failing-network.ts';

describeWhere(s3Server(), 'models in S3, behind a network that fails', () =>
  networkFails(
    [
      { kind: 'reset' },
      { kind: 'silent' },
      { kind: 'status', status: 503 },
      { kind: 'silent-body' },
      { kind: 'flipped' },
    ],
    true,
  ),
);
