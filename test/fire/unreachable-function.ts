import type pg from 'pg';

const SIGNATURE = `aws_lambda.invoke(
  in function_name text, in payload json, in region text default null,
  in invocation_type text default 'RequestResponse', in log_type text default 'None', in context json default null,
  in qualifier varchar(128) default null,
  out status_code integer, out payload json, out executed_version text, out log_result text)`;

/** What an invocation comes to: refused at once, or, as Aurora does it, after three seconds of waiting for Lambda. */
export type Unreachable = 'refused' | 'hanging';

/** From now on every invocation fails, until `reachable` is called. */
export async function unreachable(client: pg.Client, how: Unreachable): Promise<void> {
  await client.query('alter function aws_lambda.invoke rename to invoke_away');
  await client.query(`create function aws_lambda.fail() returns integer language plpgsql as $$
    begin
      perform pg_sleep(${how === 'hanging' ? 3 : 0});
      raise exception 'the train function cannot be reached';
    end $$`);
  await client.query(`create function ${SIGNATURE} language sql as $$
    select aws_lambda.fail(), null::json, null::text, null::text $$`);
}

export async function reachable(client: pg.Client): Promise<void> {
  await client.query('drop function aws_lambda.invoke');
  await client.query('drop function aws_lambda.fail');
  await client.query('alter function aws_lambda.invoke_away rename to invoke');
}
