import { describe } from '@jest/globals';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { damagedIn } from './damaged-artifact.ts';
import { networkFails } from './failing-network.ts';

/** Damaged in S3, and more of the network's ways to fail, in damaged-artifact.long.test.ts. */
describe('models in a directory', () => damagedIn('a directory'));
describeWhere(s3Server(), 'models in S3, behind a network that fails', () =>
  networkFails([{ kind: 'reset' }]),
);
