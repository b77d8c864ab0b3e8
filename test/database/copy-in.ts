import type pg from 'pg';

/** What pg hands to a query of one's own, as far as a COPY needs it. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `copy … from stdin` over the wire: the lines of the text format, tab between columns. */
export function copyIn(client: pg.Client, statement: string, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = {
      submit: (connection: CopyConnection) => connection.query(statement),
      handleCopyInResponse(connection: CopyConnection) {
        for (const line of lines) connection.sendCopyFromChunk(Buffer.from(`${line}\n`));
        connection.endCopyFrom();
      },
      // After an error pg speaks of the query no more.
      handleError: reject,
      handleCommandComplete() {},
      handleReadyForQuery: () => resolve(),
    };
    client.query(query as unknown as pg.Submittable);
  });
}
