import type { GeneratedAlways } from 'kysely'

/** Tables that the storage keeps about itself. */
export type MetaTables = {
  schema_migration: SchemaMigrationTable
}

/** One row for each migration file that was executed on this database. */
export type SchemaMigrationTable = {
  /** The number at the start of the file's name. */
  number: number
  /** The file's name, `NNNN-name.sql`. */
  name: string
  /** SHA-256 of the file's text with LF line ends, in hexadecimal. */
  sha256: string
  executed_at: GeneratedAlways<Date>
}
