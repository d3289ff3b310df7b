import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTree, writeTree } from './exact-tree.ts'

let instance: DuckDBInstance
beforeAll(async () => { instance = await DuckDBInstance.create(':memory:') })
afterAll(() => { instance.closeSync() })

/** The statement after its tree has been read and written. */
async function again(sql: string): Promise<{ before: unknown; after: unknown }> {
  const connection = await instance.connect()
  const one = async (asked: string, text: string): Promise<string> => String((await connection.runAndReadAll(asked, [text])).getRows()[0]?.[0])
  const tree = await one('SELECT json_serialize_sql($1::VARCHAR)', sql)
  const answer = { before: await one('SELECT json_deserialize_sql($1::JSON)', tree), after: await one('SELECT json_deserialize_sql($1::JSON)', writeTree(readTree(tree))) }
  connection.closeSync()
  return answer
}

test.each([
  ['a whole number written as a broken one', 'SELECT sum(x) / 1e4, -1e4, 1e20, 1e300, 2.5e0, 1e-7 FROM t'],
  ['numbers beyond what JSON keeps', 'SELECT 9007199254740993, 12345678901234567890123, -9223372036854775807, 18446744073709551615, 12345678901234567.89'],
  ['a text of digits stays a text', `SELECT '9007199254740993', '"value":9007199254740993,', '{"upper":1234567890123456789,"lower":2}'`],
  ['a list and a limit', 'SELECT [1e6, 2e6] FROM t LIMIT 9007199254740993'],
])('%s comes out of the tree as it went in', async (_, sql) => {
  const { before, after } = await again(sql)
  expect(after).toBe(before)
})
