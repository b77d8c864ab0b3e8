import pg from 'pg';

/** What the database asked Lambda for, by the stand-in of its `aws_lambda` extension. */
export interface Invocation {
  readonly function: string;
  readonly payload: { readonly predictor: string; readonly retraining?: number };
}

/** Carries events from the database to a function, as Lambda does. */
export interface EventPath {
  /** Everything that was asked for, lost or not. */
  readonly sent: readonly Invocation[];
  /** The next event never arrives. */
  loseNext(): void;
  /** Resolves when the functions that were called have ended; rejects where one failed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Has every invocation of the database carried out by `run`, one at a time. */
export async function carryEvents(
  connectionString: string,
  run: (payload: Invocation['payload']) => Promise<unknown>,
): Promise<EventPath> {
  const sent: Invocation[] = [];
  let lost = 0;
  let last: Promise<unknown> = Promise.resolve();
  const client = new pg.Client({ connectionString });
  client.on('notification', ({ payload = '' }) => {
    const invocation: Invocation = JSON.parse(payload);
    sent.push(invocation);
    if (lost > 0) lost -= 1;
    else last = last.then(() => run(invocation.payload));
    last.catch(() => {});
  });
  await client.connect();
  await client.query('listen aws_lambda');
  return {
    sent,
    loseNext() {
      lost += 1;
    },
    async settled() {
      // What was committed has been sent to us before the answer to this.
      await client.query('select 1');
      await last;
    },
    close: () => client.end(),
  };
}
