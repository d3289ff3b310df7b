// @ts-check
// An engine as anybody would use it: no gate, no lock, no isolation. It shows that an attempt is one.
import { createInterface } from 'node:readline'
import duckdb from '@duckdb/node-api'

const { setup } = JSON.parse(process.env['PLAIN_SETUP'] ?? '{}')

/** @param {any} value */
const shown = (value) => JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part))

for await (const line of createInterface({ input: process.stdin })) {
  const { id, statements } = JSON.parse(line)
  const said = []
  try {
    const instance = await duckdb.DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    for (const statement of setup) await connection.run(statement)
    for (const statement of statements) {
      const reader = await connection.runAndReadAll(statement)
      said.push(shown(reader.getRowsJson()))
    }
    connection.closeSync()
    instance.closeSync()
    process.stdout.write(`${shown({ id, ok: true, said: said.join('\n') })}\n`)
  } catch (error) {
    process.stdout.write(`${shown({ id, ok: false, said: [...said, error instanceof Error ? error.message : String(error)].join('\n') })}\n`)
  }
}
