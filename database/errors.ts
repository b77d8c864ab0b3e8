/** Anything the database refuses or cannot do. Catch this to catch them all; `cause` holds the driver's error. */
export class DatabaseError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The database was brought up to date by a newer version of this software; an older one must not touch it. */
export class NewerDatabaseError extends DatabaseError {
  constructor(message: string) {
    super('database_newer', message);
  }
}

/** A trainer no longer holds its lease: another has taken over, or it ran out. Nothing was written. */
export class LeaseLostError extends DatabaseError {
  constructor(cause: unknown) {
    super('lease_lost', 'Another trainer has taken over, or the lease ran out; nothing was published.', {
      cause,
    });
  }
}

/** Training was switched off while this one ran. */
export class TrainingStoppedError extends DatabaseError {
  constructor(cause: unknown) {
    super('training_off', 'Training is switched off.', { cause });
  }
}

/** The database did not answer in the time that the caller had. What was asked may still be done. */
export class DatabaseTimeoutError extends DatabaseError {
  constructor(milliseconds: number, cause?: unknown) {
    super('database_timeout', `The database did not answer within ${milliseconds} ms.`, { cause });
  }
}

/** What a training or a model was made for is no longer what the predictor's definition says. */
export class DefinitionChangedError extends DatabaseError {
  constructor(cause: unknown) {
    super('definition_changed', 'The inputs or the target of the predictor are others now.', { cause });
  }
}

/** Somebody else changed the champion while a challenger was judged against it. */
export class ChampionChangedError extends DatabaseError {
  constructor(cause: unknown) {
    super('champion_changed', 'The champion changed while its challenger was judged.', { cause });
  }
}

/** There is no model of that version. */
export class UnknownModelError extends DatabaseError {
  constructor(version: number, cause: unknown) {
    super('model_unknown', `There is no model ${version}.`, { cause });
  }
}

/** The artifact of that model was removed as an old one; the registry alone remembers it. */
export class ModelPrunedError extends DatabaseError {
  constructor(version: number, cause?: unknown) {
    super('model_pruned', `The artifact of model ${version} was pruned; it cannot serve any more.`, {
      cause,
    });
  }
}

/** One different label more than a predictor may have. */
export class TooManyLabelsError extends DatabaseError {
  constructor(cause: unknown) {
    super('too_many_labels', 'A predictor has 10,000 different labels at most.', { cause });
  }
}

/** A label where the prediction's target is a number, or the reverse. */
export class WrongTargetKindError extends DatabaseError {
  constructor(cause: unknown) {
    super(
      'target_kind',
      'The target of this prediction is of the other kind: send {"value": 12.5} for a number, {"label": "…"} for a label.',
      { cause },
    );
  }
}

/** A label that the definition declares as missing: with it the prediction would be no example. */
export class MissingLabelError extends DatabaseError {
  constructor(cause: unknown) {
    super(
      'label_missing',
      'The definition declares this label as missing: send what was right, or take it out of "missing".',
      { cause },
    );
  }
}

/** The admin key that was to be revoked is the only one left. */
export class LastAdminKeyError extends DatabaseError {
  constructor(cause: unknown) {
    super('last_admin_key', 'This is the last admin key.', { cause });
  }
}

/** A row of one part of an import has the line of a row of another part. */
export class OverlappingPartsError extends DatabaseError {
  constructor(cause: unknown) {
    super('parts_overlap', 'A row of this part has the line of a row of another part.', { cause });
  }
}

/** There is no such predictor any more. */
export class UnknownPredictorError extends DatabaseError {
  constructor(cause: unknown) {
    super('predictor_unknown', 'There is no such predictor any more.', { cause });
  }
}

/** The rows of the predictor that had this name before are still being removed. */
export class PredictorBeingDeletedError extends DatabaseError {
  constructor(cause: unknown) {
    super(
      'predictor_being_deleted',
      'The rows of the predictor that was deleted under this name are still being removed.',
      { cause },
    );
  }
}

/** The conditions that our own functions raise, by name, and those of PostgreSQL's own that callers act on. */
export const SqlState = {
  leaseLost: 'UH001',
  definitionChanged: 'UH002',
  unknownModel: 'UH003',
  championChanged: 'UH004',
  trainingOff: 'UH005',
  modelPruned: 'UH006',
  tooManyLabels: 'UH010',
  wrongTargetKind: 'UH011',
  lastAdminKey: 'UH012',
  predictorGone: 'UH013',
  predictorBeingDeleted: 'UH014',
  missingLabel: 'UH015',
  serializationFailure: '40001',
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
} as const;

/** The SQLSTATE of a driver's error, or null when it carries none. */
export function sqlState(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  const { code } = error;
  // Each has a digit; EPIPE, which has none, is the system's.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Runs `work`; an error with one of these SQLSTATEs is thrown as the error it stands for, any other as it is. */
export async function translating<T>(
  work: Promise<T>,
  known: Readonly<Record<string, (cause: unknown) => DatabaseError>>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const translate = known[sqlState(error) ?? ''];
    throw translate === undefined ? error : translate(error);
  }
}

/**
 * Are we kept out: by a password or secret that was changed, a permission, a name, the cluster's state? Somebody lets us in
 * again, and the same call succeeds then.
 */
export function isKeptOut(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return code === 'data_api_denied' || /^(28|3D)/.test(sqlState(error) ?? '');
}

/**
 * Is the database away rather than refusing: shut down, starting, unreachable, out of connections or of disk, read-only
 * after a failover, or are we kept out? Then the same call may succeed later.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseTimeoutError || isKeptOut(error)) return true;
  const state = sqlState(error);
  if (state !== null) return /^(08|25006|53|57P|580)/.test(state);
  if (typeof error !== 'object' || error === null) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (
    /^(ECONN(REFUSED|RESET|ABORTED)|ENOENT|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN)$/.test(
      code,
    )
  )
    return true;
  if (/^data_api_(unavailable|resuming|throttled|timeout|transaction_lost)$/.test(code)) return true;
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    message,
  );
}
