import { quoteForList } from './quote.ts'
import { SOCKET_PORT } from './layout.ts'

/**
 * Settings of the embedded server, given on its command line at each start so that no file can hold an older state.
 *
 * What decides over durability (fsync, full_page_writes, synchronous_commit) is deliberately not among them: PostgreSQL's
 * defaults are right, and a cluster in which somebody has switched them off must be refused, not silently mended.
 */
export function serverSettings(socketDir: string): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: quoteForList(socketDir),
    unix_socket_permissions: '0700',
    port: String(SOCKET_PORT),
    // The whole platform is to stay within 512 MB when idle.
    shared_buffers: '96MB',
    max_connections: '60',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    // Separate I/O workers would cost three more processes and gain nothing at this size.
    io_method: 'sync',
    max_worker_processes: '4',
    max_parallel_workers: '2',
    jit: 'off',
    min_wal_size: '80MB',
    max_wal_size: '512MB',
    // Plain SQL cannot read the server's wall clock in a city's zone by accident.
    timezone: 'UTC',
    log_timezone: 'UTC',
    password_encryption: 'scram-sha-256',
    log_line_prefix: '%m [%p] %q%u@%d ',
    // A statement that failed may carry personal data; the log keeps its error, not its text or its parameters.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    cluster_name: 'gongshu',
  }
}
