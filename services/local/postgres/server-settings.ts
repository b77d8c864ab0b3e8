/**
 * The server's settings, given at every start and stored nowhere, so that a newer release may change them. Sized for
 * a laptop that does other things too: 40 MB at rest.
 */
export function serverSettings(socketFolder: string, durable: boolean): Record<string, string> {
  return {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    // Test files run side by side, and some of them crowd on purpose.
    max_connections: durable ? '40' : '120',
    shared_buffers: '32MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    min_wal_size: '32MB',
    max_wal_size: '256MB',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    // A container has 64 MB of /dev/shm, which parallel workers outgrow; our queries gain nothing from them.
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    // Starts, stops and crashes only. A failed statement is its client's to report, and would put rows into the log,
    // where erasing a prediction does not reach.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
    logging_collector: 'off',
  };
}

/** As `postgres` takes them on its command line. */
export function settingArguments(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
