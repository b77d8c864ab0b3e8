import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { ObjectStore, S3StoreSettings } from '../../services/model-store/index.ts';
import { startProcess } from '../support/process.ts';

/** Kills a process that writes objects of 8 MB, again and again, and looks at what is there each time. */
export async function killInMidPut(
  store: ObjectStore,
  place: { readonly folder: string } | S3StoreSettings,
  rounds: number,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const writer = startProcess({
      command: process.execPath,
      args: ['test/model-store/dying-writer.ts', JSON.stringify(place)],
    });
    await writer.waitForLine(/written [2-9]/);
    await sleep(Math.random() * 40);
    await writer.kill();
    const object = await store.get('whole');
    if (object === null || object === 'unchanged') throw new Error('the object is gone');
    expect(object.body.length).toBe(8_000_000);
    expect(object.body.every((byte) => byte === object.body[0])).toBe(true);
  }
  const keys: string[] = [];
  for await (const key of store.list('')) keys.push(key);
  expect(keys).toEqual(['whole']);
}
