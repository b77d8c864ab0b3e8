import type { Heard } from './recording-proxy.ts';

/** A right that a call needs: an action on a resource, as IAM names them. */
export interface Needed {
  readonly action: string;
  readonly resource: string;
}

const DATA_API: Readonly<Record<string, string>> = {
  '/Execute': 'rds-data:ExecuteStatement',
  '/BatchExecute': 'rds-data:BatchExecuteStatement',
  '/BeginTransaction': 'rds-data:BeginTransaction',
  '/CommitTransaction': 'rds-data:CommitTransaction',
  '/RollbackTransaction': 'rds-data:RollbackTransaction',
};

/** What a call of the Data API needs: it reads the secret in the caller's name. */
export function dataApiRights({ url, body }: Heard): Needed[] {
  const action = DATA_API[url];
  if (action === undefined) throw new Error(`nobody knows what ${url} needs`);
  const { resourceArn, secretArn } = JSON.parse(body.toString());
  return [
    { action, resource: resourceArn },
    { action: 'secretsmanager:GetSecretValue', resource: secretArn },
  ];
}

const OBJECTS: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

/**
 * What a call of S3 needs. Who may not list a bucket is told 403 in place of 404 for what is not there, and a condition on
 * what is there is a look at it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (permissions)
 */
export function s3Rights({ method, url, headers, status }: Heard): Needed[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, bucket = '', ...rest] = decodeURIComponent(pathname).split('/');
  const key = rest.join('/');
  const list = { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` };
  if (key === '' && method === 'GET' && searchParams.get('list-type') === '2') return [list];
  const action = OBJECTS[method];
  const isPlain = [...searchParams.keys()].every((name) => name === 'x-id');
  if (action === undefined || key === '' || !isPlain) {
    throw new Error(`nobody knows what ${method} ${url} needs`);
  }
  const resource = `arn:aws:s3:::${bucket}/${key}`;
  const looks = headers['if-match'] !== undefined && action !== 's3:GetObject';
  return [
    { action, resource },
    ...(looks ? [{ action: 's3:GetObject', resource }] : []),
    ...(status === 404 ? [list] : []),
  ];
}

/** What a call of Lambda's Invoke needs. */
export function lambdaRights({ method, url }: Heard): Needed[] {
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url)?.[1];
  if (method !== 'POST' || name === undefined) throw new Error(`nobody knows what ${method} ${url} needs`);
  return [{ action: 'lambda:InvokeFunction', resource: decodeURIComponent(name) }];
}
