/** Where an S3 store is. What is absent is taken from where the AWS SDK looks: variables, the shared files, the role. */
export interface S3StoreSettings {
  readonly bucket: string;
  /** Stands before every key, for a bucket that others use too: `hundredfold/`. None unless told. */
  readonly prefix?: string;
  readonly region?: string;
  /** Of a server that is not AWS's. */
  readonly endpoint?: string;
  /** The bucket in the path, not in the host's name: most servers that are not AWS's need it. */
  readonly forcePathStyle?: boolean;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly limits?: Partial<S3Limits>;
}

/** How long the store waits, in milliseconds, and how often it tries. */
export interface S3Limits {
  /** Until a connection is made. */
  readonly connect: number;
  /** Until an answer is there, beside the time that an object's bytes may take (256 KiB/s at least). */
  readonly answer: number;
  /** Between two pieces of an answer's body. */
  readonly silence: number;
  /** For one call with all its attempts, beside the time that an object's bytes may take. */
  readonly operation: number;
  /** How often a call is tried whose fault may pass. */
  readonly attempts: number;
}

export const DEFAULT_LIMITS: S3Limits = Object.freeze({
  connect: 2_000,
  answer: 5_000,
  silence: 5_000,
  operation: 15_000,
  attempts: 4,
});

/** How long an object's bytes may take on their way, in milliseconds: 256 KiB a second at least. */
export function transferTime(bytes: number): number {
  return bytes / 256;
}
