import { ModelStoreError, type ModelStoreErrorCode } from '../errors.ts';

const KINDS: Readonly<Record<string, { code: ModelStoreErrorCode; why: string }>> = {
  ENOSPC: { code: 'store_full', why: 'the disk is full. Make room on it.' },
  EDQUOT: { code: 'store_full', why: 'the disk quota is used up. Make room, or raise it.' },
  EACCES: { code: 'store_denied', why: 'the folder’s permissions do not allow it.' },
  EPERM: { code: 'store_denied', why: 'the folder’s permissions do not allow it.' },
  EROFS: { code: 'store_denied', why: 'the file system is mounted read-only.' },
};

/** The file system's refusal as an error of ours, which says what to do. One of ours already stays as it is. */
export function fileError(what: string, place: string, cause: unknown): ModelStoreError {
  if (cause instanceof ModelStoreError) return cause;
  const kind = KINDS[codeOf(cause)];
  const why = kind?.why ?? (cause instanceof Error ? cause.message : String(cause));
  return new ModelStoreError(kind?.code ?? 'store_failed', `Could not ${what} ${place}: ${why}`, { cause });
}

export function codeOf(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded && typeof error.code === 'string' ? error.code : '';
}
