import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect, test } from 'vitest'
import { plainStatement } from '#core/boundary/plain-statement.ts'
import { planContributors, type CellTable, type EntityTable } from '#core/disclosure-control/contributor-plan.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
afterAll(() => { connection.closeSync(); instance.closeSync() })

const LEAST = 10
const tables = new Map<string, EntityTable>([
  ['persons', { columns: ['person_id', 'district', 'birth', 'income', 'height'], entityKey: ['person_id'], kind: 'person' }],
  ['marks', { columns: ['person_id', 'subject', 'mark'], entityKey: ['person_id'], kind: 'person' }],
])

async function cellsOf(sql: string): Promise<CellTable> {
  const tree = JSON.parse(String((await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])).value(0, 0))) as unknown // whatever the parser says
  const plan = planContributors(plainStatement(tree, new Map([...tables].map(([name, table]) => [name, table.columns]))), tables, LEAST)
  const cells = plan.kind === 'cells' ? plan.tables.at(-1) : undefined
  if (cells === undefined) throw new RangeError(`no cells: ${JSON.stringify(plan)}`)
  return cells
}

describe('a count of rows less another of the same rows tells only how many values are missing, where these are missing as supplied', () => {
  test.each([
    ['all rows, keys, and rows with a value', 'select count(*), count(person_id), count(income) from persons', [true, true, true]],
    ['asked in other words', 'select count(*) filter (where income is not null and height is not null), sum(case when income is not null then 1 else 0 end), avg((income is not null)::int) from persons', [true, true, true]],
    ['under another name', 'with t as (select person_id, income as i from persons where height > 150) select count(i), count(*) from t', [true, true]],
    ['any other condition', 'select count(*) filter (where income > 5), count(nullif(district, \'a\')), count(case when birth <> date \'1970-05-05\' then 1 end), sum(case when birth is not null then income end) from persons', [false, false, false, false]],
    ['rows without a value', 'select count(*) filter (where income is null) from persons', [false]],
    ['missing by a join that the statement wrote', 'select count(*), count(q.height) from persons p left join persons q on p.person_id = q.person_id and q.birth <> date \'1970-05-05\'', [false, false]],
    ['missing by such a join before', 'with t as (select p.person_id, q.height as h from persons p left join persons q on p.person_id = q.person_id and q.birth <> date \'1970-05-05\') select count(h), count(*) from t', [false, true]],
    ['missing in one branch of a stack', 'with t as (select person_id, income as i from persons union all select person_id, null from persons) select count(i) from t', [false]],
  ])('%s', async (_, sql, plain) => {
    expect((await cellsOf(sql)).measures.map((measure) => measure.plain === true)).toEqual(plain)
  })
})

test('a filter that asks whether the averaged value is there asks nothing; one about another value does', async () => {
  const { measures } = await cellsOf('select avg(income) filter (where income is not null), avg(income) filter (where height is not null) from persons')
  expect(measures.map(({ conditional }) => conditional)).toEqual([false, true])
})

describe('where every figure leaves out the same rows, the cell is that of the others', () => {
  const own = 'with w as (select person_id, max(mark) filter (where subject = \'a\') as m, max(mark) filter (where subject = \'b\') as l from marks group by 1)'
  test.each([
    ['both values of each figure', 'select corr(m, l), regr_slope(m, l), regr_count(m, l) from w', 2],
    ['the one that all figures have', 'select avg(l), corr(m, l) from w', 1],
    ['none, where all rows are counted beside', 'select corr(m, l), count(*) from w', 0],
    ['none, where each has its own', 'select avg(m), avg(l) from w', 0],
  ])('%s', async (_, figures, missing) => {
    const [part] = (await cellsOf(`${own} ${figures}`)).parts
    expect(JSON.stringify(part?.inner['where_clause'] ?? '').split('OPERATOR_IS_NOT_NULL').length - 1).toBe(missing)
  })
})
