import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect, test } from 'vitest'
import { plainStatement } from '#core/boundary/plain-statement.ts'
import { planContributors, type EntityTable } from '#core/disclosure-control/contributor-plan.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
afterAll(() => { connection.closeSync(); instance.closeSync() })

const LEAST = 10
const tables = new Map<string, EntityTable>([['persons', { columns: ['person_id', 'district', 'income'], entityKey: ['person_id'], kind: 'person' }]])

/** Whether only some of the cells are taken for shown. */
async function isBlank(sql: string): Promise<boolean> {
  const tree = JSON.parse(String((await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])).value(0, 0))) as unknown // whatever the parser says
  const plan = planContributors(plainStatement(tree, new Map([...tables].map(([name, table]) => [name, table.columns]))), tables, LEAST)
  if (plan.kind !== 'cells') throw new RangeError(`no cells: ${JSON.stringify(plan)}`)
  return plan.tables.some((table) => table.kept !== null)
}

const over = (list: string, more = ''): string => `with g as (select district, count(*) as n, avg(income) as a from persons group by 1) select ${list} from g ${more}`

describe('a cell is blank where every figure asks for its size', () => {
  test.each([
    'select district, case when count(*) >= 10 then count(*) end from persons group by 1',
    'select district, round(case when 20 <= count(*) then avg(income) end), case when count(*) < 20 then \'不足\' else \'可发布\' end from persons group by 1 order by 2',
    'select district, if(count(distinct person_id) < 10, \'*\', count(*)::varchar) as n from persons group by 1 order by n',
    over('district, case when n >= 10 then n end as n, case when n >= 10 then a end as a', 'order by n'),
  ])('%s', async (sql) => { expect(await isBlank(sql)).toBe(true) })
})

describe('and not where one does not, the line is below the least, or more than blank and shown is told', () => {
  test.each([
    'select district, case when count(*) >= 10 then count(*) end, avg(income) from persons group by 1',
    'select district, case when count(*) >= 9 then count(*) end from persons group by 1',
    'select district, case when count(*) < 10 then count(*) end from persons group by 1',
    'select district, case when avg(income) >= 10 then count(*) end from persons group by 1',
    'select district, case when count(*) >= 10 then count(*) when avg(income) > 5 then 0 end from persons group by 1',
    'select district, case when count(*) >= 10 then count(*) end from persons group by 1 order by avg(income)',
    'select district, case when count(*) >= 10 then count(*) end, sum(count(*)) over () from persons group by 1',
    'select case when count(*) >= 10 then count(*) end from persons',
    over('district, case when n >= 10 then n end as n, a'),
    over('district, case when n >= 10 then n end as n', 'where a > 5'),
    over('sum(case when n >= 10 then n end) as n'),
  ])('%s', async (sql) => { expect(await isBlank(sql)).toBe(false) })
})
