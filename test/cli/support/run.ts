import { NO_AWS_ENVIRONMENT } from '../../../services/cli/aws-environment.ts';
import { main } from '../../../services/cli/program.ts';
import type { Environment, Terminal, Writer } from '../../../services/cli/terminal/terminal.ts';

export interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly tty?: boolean;
  /** What is typed or piped in, in pieces. */
  readonly input?: readonly string[];
  readonly environment?: Partial<Environment>;
}

/** A terminal that remembers what was written. */
export class MemoryWriter implements Writer {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(isTTY = false, columns = 80) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): void {
    this.text += text;
  }

  async flush(): Promise<void> {}
}

/** Runs one command line in this process. `server` is where HUNDREDFOLD_URL points. */
export async function run(
  server: { readonly url: string },
  argv: readonly string[],
  { tty = false, input = [], environment = {} }: RunOptions = {},
): Promise<Run> {
  const out = new MemoryWriter(tty);
  const err = new MemoryWriter(tty);
  const terminal: Terminal = {
    out,
    err,
    input: {
      isTTY: tty,
      async *[Symbol.asyncIterator]() {
        for (const piece of input) yield Buffer.from(piece);
      },
    },
    environment: {
      url: server.url,
      key: null,
      stack: null,
      aws: NO_AWS_ENVIRONMENT,
      colours: false,
      ...environment,
    },
  };
  const status = await main(argv, terminal);
  return { status, out: out.text, err: err.text };
}
