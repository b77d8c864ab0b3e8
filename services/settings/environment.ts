/** An environment that lacks what a program needs, or holds what cannot be used; the message names every such variable. */
export class EnvironmentError extends Error {
  readonly code = 'environment_invalid';

  constructor(problems: readonly string[]) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = new.target.name;
  }
}

/**
 * Reads variables and remembers what is wrong with all of them, so that a person learns it at once. An empty variable
 * counts as none. Placeholders are returned in place of what is wrong: call `check` before anything is used.
 */
export class Environment {
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly #problems: string[] = [];

  constructor(variables: Readonly<Record<string, string | undefined>>) {
    this.#variables = variables;
  }

  /** The value; null where there is none. */
  optional(name: string): string | null {
    return this.#variables[name] || null;
  }

  /** The value; where it is missing, the problem says what it is. */
  required(name: string, what: string): string {
    const value = this.optional(name);
    if (value === null) this.problem(`${name} is missing: ${what}.`);
    return value ?? '';
  }

  /** A whole number from `least` to `most`; `otherwise` where there is none. */
  integer(name: string, least: number, most: number, otherwise: number): number {
    const text = this.optional(name);
    if (text === null) return otherwise;
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= least && value <= most) return value;
    this.problem(`${name} is a whole number from ${least} to ${most}, not "${text}".`);
    return otherwise;
  }

  /** One of `choices`; the first where there is none. */
  choice<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const text = this.optional(name);
    if (text === null) return choices[0];
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.problem(`${name} is one of ${choices.join(', ')}, not "${text}".`);
    return found ?? choices[0];
  }

  problem(sentence: string): void {
    this.#problems.push(sentence);
  }

  /** @throws EnvironmentError when anything was missing or wrong, naming all of it */
  check(): void {
    if (this.#problems.length > 0) throw new EnvironmentError(this.#problems);
  }
}
