import type { AwsEnvironment } from '../aws-environment.ts';

/** Where text goes: standard output, standard error, or a test's own string. */
export interface Writer {
  readonly isTTY: boolean;
  /** Width in characters; 80 where there is no screen. */
  readonly columns: number;
  write(text: string): void;
  /** Resolves when what was written has been taken: long output awaits it, so that a slow pipe holds it back. */
  flush(): Promise<void>;
}

/** What the user types or pipes in. Read at most once per command. */
export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTTY: boolean;
}

/** The settings that the entry read from the environment; options on the command line win over them. */
export interface Environment {
  readonly url: string;
  readonly key: string | null;
  /** The stack that is meant where the command line names neither one nor a URL. */
  readonly stack: string | null;
  readonly aws: AwsEnvironment;
  /** False where NO_COLOR is set. */
  readonly colours: boolean;
}

/** Everything a command may touch besides the API and the files that it is given. */
export interface Terminal {
  readonly out: Writer;
  readonly err: Writer;
  readonly input: Input;
  readonly environment: Environment;
}
