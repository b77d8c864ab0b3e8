/** The file of the thread that renews a lease. In a bundle it is the bundle itself (docker/bundle/lease-thread-inside.ts). */
export const leaseThreadFile = new URL('./lease-thread.ts', import.meta.url);
