import {
  DefinitionChangedError,
  isUnavailable,
  LastAdminKeyError,
  MissingLabelError,
  ModelPrunedError,
  OverlappingPartsError,
  PredictorBeingDeletedError,
  TooManyLabelsError,
  UnknownModelError,
  UnknownPredictorError,
  WrongTargetKindError,
} from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import { ModelDocumentError } from '../../ml/model/errors.ts';
import { DefinitionError } from '../../ml/predictor/definition.error.ts';
import { BadObjectError, ModelStoreError } from '../../model-store/index.ts';
import { RecordingError } from '../../recording/errors.ts';
import { RowFileError } from '../../rows/row-file.error.ts';

/** Seconds after which a call that found the database or the store away may be tried again. */
const RETRY_AFTER = { 'retry-after': '2' };

/** What any error means to the caller; what cannot be told apart is ours, and its details stay in the log. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return fromOurs(error) ?? fromFramework(error) ?? fromElsewhere(error);
}

function fromOurs(cause: unknown): Problem | null {
  if (cause instanceof RowFileError)
    return new Problem(cause.code, cause.message, { errors: cause.errors, cause });
  if (cause instanceof DefinitionError) {
    return new Problem('definition_invalid', 'The definition does not fit: see errors.', {
      errors: cause.errors,
      cause,
    });
  }
  if (cause instanceof OverlappingPartsError) {
    const message = 'must say how many lines of the file stand before this part that are not in it';
    const errors = [{ field: 'before', message }];
    return new Problem('query_invalid', `${cause.message} before ${message}.`, { errors, cause });
  }
  if (cause instanceof LastAdminKeyError) {
    const detail = `${cause.message} Make another first: without one nobody could manage this server.`;
    return new Problem('last_admin_key', detail, { cause });
  }
  if (cause instanceof UnknownPredictorError)
    return new Problem('predictor_unknown', cause.message, { cause });
  if (cause instanceof PredictorBeingDeletedError) {
    const detail = `${cause.message} Try again soon.`;
    return new Problem('predictor_being_deleted', detail, { headers: RETRY_AFTER, cause });
  }
  if (cause instanceof TooManyLabelsError) return new Problem('too_many_labels', cause.message, { cause });
  if (cause instanceof MissingLabelError) return new Problem('label_invalid', cause.message, { cause });
  if (cause instanceof WrongTargetKindError) return new Problem('label_invalid', cause.message, { cause });
  if (cause instanceof ModelPrunedError) return new Problem('model_pruned', cause.message, { cause });
  if (cause instanceof UnknownModelError) return new Problem('model_unknown', cause.message, { cause });
  if (cause instanceof DefinitionChangedError) {
    const detail = `${cause.message} Only a model made for them can serve: ask for a retraining.`;
    return new Problem('model_outdated', detail, { cause });
  }
  if (cause instanceof BadObjectError || cause instanceof ModelDocumentError)
    return new Problem('model_damaged', cause.message, { cause });
  return null;
}

/** Fastify's own errors, by its code. */
function fromFramework(cause: unknown): Problem | null {
  if (!(cause instanceof Error) || !('code' in cause) || !('statusCode' in cause)) return null;
  switch (cause.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(
        'body_too_large',
        'The body is over the limit for this call: send less, or in several calls.',
        { cause },
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(
        'unsupported_media_type',
        'Send JSON, with the header content-type: application/json; rows and examples may also be text/csv or application/x-ndjson.',
        {
          cause,
        },
      );
    default:
      if (typeof cause.statusCode !== 'number' || cause.statusCode >= 500) return null;
      return new Problem('request_unreadable', `${cause.message}.`, { cause });
  }
}

function fromElsewhere(cause: unknown): Problem {
  if (cause instanceof ModelStoreError) {
    return new Problem('model_store_unavailable', 'The model store does not answer; try again soon.', {
      headers: RETRY_AFTER,
      cause,
    });
  }
  if (cause instanceof RecordingError || isUnavailable(cause)) {
    return new Problem('database_unavailable', 'The database does not answer; try again soon.', {
      headers: RETRY_AFTER,
      cause,
    });
  }
  return new Problem('internal_error', 'Something went wrong on our side; it is in the log.', { cause });
}
