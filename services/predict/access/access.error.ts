export type AccessErrorCode = 'admin_key_invalid' | 'admin_key_unreadable' | 'keys_required';

/** Why a server cannot start with the keys that it has or is given; says what to do. */
export class AccessError extends Error {
  readonly code: AccessErrorCode;

  constructor(code: AccessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
