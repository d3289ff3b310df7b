import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { memoryExceeded, storageFull } from '#adapters/vault/ingest/ingest-error.ts'

test('an engine that may hold no more is told apart from a full disk and from every other error', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '16MB', temp_directory: '' })
  const connection = await instance.connect()
  const error: unknown = await connection.run('SELECT list(i) FROM range(10000000) t(i)').catch((cause: unknown) => cause)
  connection.closeSync()
  instance.closeSync()
  expect(storageFull(error)).toBeUndefined()
  expect(memoryExceeded(error)).toMatchObject({ code: 'memory-exceeded', cure: expect.stringContaining('拆分') })
  expect(memoryExceeded(new Error('column "Out of Memory Error" is unknown'))).toBeUndefined()
})
