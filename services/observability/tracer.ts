/** Where the time of a call is shown, part by part. */
export interface Tracer {
  /** Does `work` as a named part of what is traced; its result and its errors pass through. */
  segment<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Traces nothing. */
export const noTracer: Tracer = { segment: (_name, work) => work() };
