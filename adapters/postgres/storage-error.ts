/**
 * A refusal of the storage. `code` is stable and states the broken rule; `message` says in Chinese what is wrong and
 * what to do.
 */
export class StorageError extends Error {
  readonly code: StorageErrorCode

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StorageError'
    this.code = code
  }
}

export type StorageErrorCode =
  | 'no-postgres-for-platform'
  | 'no-account-for-postgres'
  | 'program-not-reachable'
  | 'socket-directory-unsafe'
  | 'data-directory-unreadable'
  | 'data-directory-of-other-version'
  | 'data-directory-in-use'
  | 'initialization-failed'
  | 'server-did-not-start'
  | 'storage-not-durable'
  | 'postgres-too-old'
  | 'roles-missing'
  | 'migration-edited'
  | 'migration-missing'
  | 'migration-out-of-order'
  | 'migration-misnamed'
  | 'migration-failed'
  | 'table-unprotected'

/** Where the storage writes what an administrator should see; a pino logger fits. */
export type StorageLog = {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}
