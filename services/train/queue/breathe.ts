/** Between two steps longer apart than this, a training lets the process do what else it has to. */
const BREATHE_MS = 40;

/** A training's `pause`: a process that trains stays able to read messages, signals and requests. */
export function breathing(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < BREATHE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        last = performance.now();
        resolve();
      });
    });
  };
}
