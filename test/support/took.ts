/** Milliseconds that some work takes, however it ends. For `*.alone.test.ts`: elsewhere a machine does other work beside. */
export async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await Promise.resolve(work()).catch(() => {});
  return performance.now() - began;
}
