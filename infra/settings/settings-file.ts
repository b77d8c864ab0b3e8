import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SettingsError } from './read-settings.ts';

/**
 * The settings in a JSON file, not yet checked; none where there is no file.
 * @throws SettingsError when it cannot be read, or is no JSON object
 */
export function readSettingsFile(file: string | undefined): Readonly<Record<string, unknown>> {
  if (file === undefined) return {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path.resolve(file), 'utf8'));
  } catch (error) {
    throw new SettingsError(file, [error instanceof Error ? error.message : String(error)]);
  }
  if (!isObject(content)) throw new SettingsError(file, ['It holds no object: {"predictMemory": 512}.']);
  return content;
}

function isObject(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === 'object' && content !== null && !Array.isArray(content);
}
