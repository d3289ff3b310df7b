/**
 * DuckDB for our own fixed statements. It runs in the vault's child process only; no statement of a tenant comes near it.
 * Names come from a validated schema, paths from us, values travel as parameters.
 */
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { BIGINT, BOOLEAN, DATE, DECIMAL, TIMESTAMP, VARCHAR } from '@duckdb/node-api'
import type { DuckDBType } from '@duckdb/node-api'
import { decimalDigitsMax } from '#core/boundary/table-schema.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'

/** Enough for a part of a table and for copying; what exceeds it spills into the private directory. */
const memoryLimit = '512MB'

/** Three ways into one engine, so that a block can be made while the one before is looked at and written. */
export interface EngineConnections {
  readonly making: DuckDBConnection
  readonly looking: DuckDBConnection
  readonly writing: DuckDBConnection
}

/** Runs a task on a fresh in-memory engine; one thread for a statement, so that the same rows give the same file. */
export async function withTrustedEngine<T>(directory: string, task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  return withEngineConnections(directory, ({ making }) => task(making))
}

/** The same with all connections; nothing may be under way on any when the task ends. */
export async function withEngineConnections<T>(directory: string, task: (connections: EngineConnections) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: memoryLimit,
    temp_directory: directory,
    preserve_insertion_order: 'true',
    // One path holds another row group each time; nothing of it may be remembered.
    enable_external_file_cache: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const [making, looking, writing] = [await instance.connect(), await instance.connect(), await instance.connect()]
    try {
      return await task({ making, looking, writing })
    } finally {
      for (const connection of [writing, looking, making]) connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/** The engine's type of a column. Wall time is stored without a zone. */
export function engineType(column: Pick<ColumnSchema, 'type' | 'scale'>): DuckDBType {
  switch (column.type) {
    case 'text':
      return VARCHAR
    case 'integer':
      return BIGINT
    case 'decimal':
      return DECIMAL(decimalDigitsMax, column.scale ?? 0)
    case 'boolean':
      return BOOLEAN
    case 'date':
      return DATE
    case 'timestamp':
      return TIMESTAMP
  }
}
