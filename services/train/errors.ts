/** A training that cannot be carried out; its message becomes the verdict's reason. */
export class TrainingError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
