import pg from 'pg';

/**
 * A pool that hears nothing of connections that break: it ends before they do, and the database may be dropped between.
 * Whatever a statement meets is thrown to whoever asked it.
 */
export function deafPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
