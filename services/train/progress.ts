/** What a training says of itself while it runs. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly of: number;
}
