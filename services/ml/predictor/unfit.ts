/** In the place of a value: why there is none that fits, as the end of "query …". */
export class Unfit {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}
