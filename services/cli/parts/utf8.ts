import { FileUnreadableError } from '../errors.ts';
import type { FilePart } from './cut.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Where API Gateway takes a body for text, it puts a mark in place of what is no UTF-8, and the service cannot see it.
 * @throws FileUnreadableError
 */
export function expectUtf8({ body, before }: FilePart): void {
  try {
    utf8.decode(body);
  } catch (error) {
    const good = new TextDecoder().decode(body).split('\ufffd', 1)[0] ?? '';
    const line = before + good.split('\n').length;
    throw new FileUnreadableError(
      `The file is not UTF-8 near line ${line}: save it as UTF-8 (of a spreadsheet: "CSV UTF-8").`,
      {
        cause: error,
      },
    );
  }
}
