import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { VARIABLES } from '../../services/settings/variables.ts';
import { acknowledge } from './acknowledge.ts';
import type { Permissions } from './permissions.ts';

export interface ModelStoreProps {
  /** How many days an object that was overwritten or removed can be brought back. */
  readonly noncurrentDays: number;
  /** The buckets outlive the stack. */
  readonly keep: boolean;
}

/** S3 says "forbidden" in place of "not there" to whoever may not list, and much of what is looked for is not there. */
const LISTING = ['s3:ListBucket'];
const ALL = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
/** Says that a retraining may be waiting to be sent. */
const MARKER = 'dispatch/pending.json';

/**
 * The two buckets. One holds models, pointers and keys, and every version of them for a while. The other holds what waits
 * for the database, which people may ask to be erased: it has no versions, so what is removed is gone.
 */
export class ModelStore extends Construct {
  readonly models: Bucket;
  readonly spool: Bucket;

  constructor(scope: Construct, id: string, { noncurrentDays, keep }: ModelStoreProps) {
    super(scope, id);
    const kept: BucketProps = {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: keep ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    };
    const abandoned = { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) };
    this.models = new Bucket(this, 'Models', {
      ...kept,
      versioned: true,
      lifecycleRules: [
        abandoned,
        {
          id: 'earlier-versions',
          noncurrentVersionExpiration: Duration.days(noncurrentDays),
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    this.spool = new Bucket(this, 'Spool', { ...kept, versioned: false, lifecycleRules: [abandoned] });
    for (const bucket of [this.models, this.spool]) {
      acknowledge(
        bucket,
        'S1',
        'Three roles of this stack alone may use it, and what they do is logged and traced; a third bucket of access logs would name predictions.',
      );
    }
  }

  /** What a function is told to find both. */
  get environment(): Record<string, string> {
    return {
      [VARIABLES.modelsBucket]: this.models.bucketName,
      [VARIABLES.spoolBucket]: this.spool.bucketName,
    };
  }

  /**
   * Reads models, follows and moves pointers, keeps the copy of the keys; spools what the database does not take, puts back what
   * was set aside, erases what people want to be erased, that of a deleted predictor too, and puts the marker of a dispatch. It
   * removes no model.
   */
  mayServe(permissions: Permissions): void {
    this.#objects(permissions, ['s3:GetObject'], this.models, 'models');
    this.#follow(permissions);
    this.#objects(permissions, ALL, this.spool, 'spool');
    this.#objects(permissions, ALL, this.spool, 'spool-refused');
    this.#object(permissions, ['s3:PutObject'], this.spool, MARKER);
    this.#list(permissions);
  }

  /** Publishes models and their pointers, prunes old models; notes that a dispatch is under way. */
  mayTrain(permissions: Permissions): void {
    this.#objects(permissions, ALL, this.models, 'models');
    this.#objects(permissions, ['s3:GetObject', 's3:PutObject'], this.models, 'pointers');
    this.#object(permissions, ALL, this.spool, MARKER);
    this.#list(permissions);
  }

  /** Drains the spool, brings pointers and keys in line with the database, and keeps a note of its last daily round. */
  maySweep(permissions: Permissions): void {
    this.#follow(permissions);
    this.#objects(permissions, ['s3:GetObject', 's3:DeleteObject'], this.spool, 'spool');
    this.#objects(permissions, ['s3:PutObject'], this.spool, 'spool-refused');
    this.#object(permissions, ALL, this.spool, MARKER);
    this.#object(permissions, ['s3:GetObject', 's3:PutObject'], this.spool, 'sweep/daily.json');
    this.#list(permissions);
  }

  /** Pointers and the copy of the keys are written where the database is ahead of them. */
  #follow(permissions: Permissions): void {
    this.#objects(permissions, ['s3:GetObject', 's3:PutObject'], this.models, 'pointers');
    this.#object(permissions, ['s3:GetObject', 's3:PutObject'], this.models, 'access/keys.json');
  }

  #list(permissions: Permissions): void {
    permissions.allow({ actions: LISTING, resources: [this.models.bucketArn, this.spool.bucketArn] });
  }

  #object(permissions: Permissions, actions: string[], bucket: Bucket, key: string): void {
    permissions.allow({ actions, resources: [bucket.arnForObjects(key)] });
  }

  #objects(permissions: Permissions, actions: string[], bucket: Bucket, folder: string): void {
    permissions.allow({
      actions,
      resources: [bucket.arnForObjects(`${folder}/*`)],
      wildcard: `Objects of ${folder} are named after predictors, versions and predictions, which come and go.`,
    });
  }
}
