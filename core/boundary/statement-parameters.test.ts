import { afterAll, describe, expect, test } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { bindParameters, hasParameters, type ParameterValue } from '#core/boundary/statement-parameters.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await connection.run("create table air as select date '2020-01-01' + i::integer as day, i as pm25, 'S' || i % 3 as station from range(10) t(i)")
afterAll(() => { connection.closeSync(); instance.closeSync() })

async function parse(sql: string): Promise<unknown> {
  return JSON.parse(String((await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])).value(0, 0)))
}
const withoutPlaces = (tree: unknown): string => JSON.stringify(tree, (field, value: unknown) => (field === 'query_location' ? undefined : value))

/** What the bound statement answers, or the code of its refusal. */
async function ask(sql: string, values: Record<string, ParameterValue>): Promise<unknown> {
  const bound = bindParameters(await parse(sql), values, DEFAULT_STATEMENT_LIMITS)
  if (!bound.ok) return bound.refusal.code
  const judged = judgeStatement(bound.tree, sql.length, { tables: new Map([['air', ['day', 'pm25', 'station']]]), functions: ALLOWED_FUNCTIONS, limits: DEFAULT_STATEMENT_LIMITS })
  if (!judged.allow) return judged.refusal.code
  const text = String((await connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [withoutPlaces(bound.tree)])).value(0, 0))
  return (await connection.runAndReadAll(text)).getRowsJson()
}

describe('values take the place of parameters', () => {
  test('of every type, also twice and in a limit', async () => {
    const sql = 'select station, pm25 + $more as v, $note as note from air where day >= $from and pm25 > $least and (pm25 < 8) = $small and station = $station order by v limit $n'
    expect(await ask(sql, {
      more: { type: 'decimal', value: '0.25' }, note: { type: 'text', value: "it's" }, from: { type: 'date', value: '2020-01-02' }, least: { type: 'integer', value: '0' },
      small: { type: 'boolean', value: 'true' }, station: { type: 'text', value: 'S1' }, n: { type: 'integer', value: '2' },
    })).toEqual([['S1', '1.25', "it's"], ['S1', '4.25', "it's"]])
    expect(await ask('select $a as x, $a as y', { a: { type: 'integer', value: '-7' } })).toEqual([['-7', '-7']])
  })
  test('and never become syntax', async () => {
    const hostile = "S1' or 1=1; copy air to '/tmp/x' --"
    expect(await ask('select count(*) from air where station = $s', { s: { type: 'text', value: hostile } })).toEqual([['0']])
  })
})

describe('what cannot be bound is refused', () => {
  test.each([
    ['select $a', {}, 'parameter-missing'], ['select 1', { a: { type: 'text', value: 'x' } }, 'parameter-not-used'], ['select ?', {}, 'parameter-missing'],
    ['select $a', { a: { type: 'integer', value: '1.5' } }, 'parameter-value-invalid'], ['select $a', { a: { type: 'integer', value: '1234567890123456789' } }, 'parameter-value-invalid'],
    ['select $a', { a: { type: 'date', value: '2020-13-01' } }, 'parameter-value-invalid'], ['select $a', { a: { type: 'boolean', value: 'yes' } }, 'parameter-value-invalid'],
    ['select $a', { a: { type: 'text', value: 'x'.repeat(501) } }, 'literal-too-long'], ['select $constructor', {}, 'parameter-missing'],
  ] as const)('%s', async (sql, values, code) => { expect(await ask(sql, values)).toBe(code) })
  test('both sides of the longest value', async () => {
    expect(await ask('select length($a)', { a: { type: 'text', value: 'x'.repeat(500) } })).toEqual([['500']])
    expect(await ask('select $a', { a: { type: 'integer', value: '123456789012345678' } })).toEqual([['123456789012345678']])
  })
})

test('a statement tells whether it has parameters', async () => {
  expect([hasParameters(await parse('select $a')), hasParameters(await parse('select 1')), hasParameters(null)]).toEqual([true, false, false])
})
