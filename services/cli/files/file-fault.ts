import { thrown } from '../thrown.ts';

/** Why a file could not be read or written, in words. `missing`: what it means that something is not there. */
export function fileFault(error: unknown, missing: 'file' | 'folder'): string {
  const { code, message } = thrown(error);
  switch (code) {
    case 'ENOENT':
      return `there is no such ${missing}`;
    case 'ENOTDIR':
      return 'a part of its path is no folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the disk is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8 text';
    default:
      return message;
  }
}
