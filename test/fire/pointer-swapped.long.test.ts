import { describe } from '@jest/globals';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { swappedOver } from './pointer-swapped.ts';

describe('models in a directory', () => swappedOver('a directory', 100));
describeWhere(s3Server(), 'models in S3', () => swappedOver('S3', 100));
