import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Static } from 'typebox';
import * as Type from 'typebox';
import { Check } from 'typebox/value';
import { systemCode } from '../local.error.ts';
import { startOf } from './process-identity.ts';

const HolderSchema = Type.Object({
  pid: Type.Integer({ minimum: 1 }),
  started: Type.String(),
  /** No two locks share it, not even two of the same process. */
  nonce: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
});

/** Who holds a lock, as the lock's file says. */
export type Holder = Static<typeof HolderSchema>;

/** This process, as the holder of a new lock. */
export async function thisProcess(): Promise<Holder> {
  return { pid: process.pid, started: (await startOf(process.pid)) ?? '', nonce: randomUUID() };
}

/** Does the process that took the lock still run, and is it the same one? */
export async function isAlive(holder: Holder): Promise<boolean> {
  return (await startOf(holder.pid)) === holder.started;
}

/** The holder that `file` names; null when there is no such file. One that cannot be read was taken by nobody alive. */
export async function readHolder(file: string): Promise<Holder | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  const value = parsed(text);
  return Check(HolderSchema, value) ? value : UNREADABLE;
}

const UNREADABLE: Holder = { pid: 1, started: 'never', nonce: '00000000-0000-0000-0000-000000000000' };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
