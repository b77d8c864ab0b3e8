import { describe, expect, test } from '@jest/globals';
import { ImportSlots } from '../../../services/predict/imports/import-slots.ts';

describe('one import more than may run at a time', () => {
  test('gets the slot that becomes free, in the order in which they came', async () => {
    const slots = new ImportSlots(2, 10_000);
    const order: number[] = [];
    const imports = [1, 2, 3, 4, 5].map(async (n) => {
      await slots.take();
      order.push(n);
      await new Promise((resolve) => setImmediate(resolve));
      slots.release();
    });
    await Promise.all(imports);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  test('is told to come back when it has waited too long, and leaves its place to the next', async () => {
    const slots = new ImportSlots(1, 20);
    await slots.take();
    await expect(slots.take()).rejects.toMatchObject({
      code: 'import_busy',
      headers: { 'retry-after': '10' },
    });
    const next = slots.take();
    slots.release();
    await next;
    slots.release();
    await slots.take();
  });
});
