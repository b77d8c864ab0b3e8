import type { LambdaAnswer } from './lambda/answer.ts';
import type { CallContext } from './lambda/front-door.ts';
import { type Opened, openFrontDoor } from './lambda/open.ts';
import { readLambdaSettings } from './lambda/settings.ts';

let opened: Opened | null = null;

/** @throws EnvironmentError, each time until the environment is complete */
function open(): Opened {
  opened ??= openFrontDoor(readLambdaSettings(process.env));
  return opened;
}

/**
 * The predict function: answers the events of a REST API or an HTTP API.
 * @throws EnvironmentError naming every variable that is missing: Lambda shows it as the call's error
 */
export async function handler(event: unknown, context: CallContext): Promise<LambdaAnswer> {
  const { door, ready } = open();
  await ready;
  return door.answer(event, context);
}

// One file is the sweep's and the server's too: only where Lambda runs this function does importing it begin anything.
if (/\.handler$/.test(process.env._HANDLER ?? '')) {
  try {
    await open().ready;
  } catch {
    // The first call says what is wrong: of an error here Lambda would show nobody but its log.
  }
}
