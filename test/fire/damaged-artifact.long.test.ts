import { describe } from '@jest/globals';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { damagedIn } from './damaged-artifact.ts';
import { networkFails } from './failing-network.ts';

describeWhere(s3Server(), 'models in S3', () => {
  damagedIn('S3');
  describe('behind a network that fails', () =>
    networkFails([
      { kind: 'silent' },
      { kind: 'status', status: 503 },
      { kind: 'silent-body' },
      { kind: 'flipped' },
    ]));
});
