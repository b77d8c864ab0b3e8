import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './options.ts';

/**
 * The options of the command line as `parseArgs` reads them.
 * @throws UsageError naming what is no option, or lacks its value
 */
export function readFlags<const Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
