import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect, test } from 'vitest'
import { plainStatement } from '#core/boundary/plain-statement.ts'
import { planContributors, type ContributorPlan, type EntityTable } from '#core/disclosure-control/contributor-plan.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
afterAll(() => { connection.closeSync(); instance.closeSync() })

const LEAST = 10
const tables = new Map<string, EntityTable>([
  ['persons', { columns: ['person_id', 'name', 'district', 'birth', 'income', 'insured'], entityKey: ['person_id'], kind: 'person' }],
  ['visits', { columns: ['person_id', 'day', 'hospital', 'cost'], entityKey: ['person_id'], kind: 'person' }],
  ['firms', { columns: ['firm_id', 'district', 'staff'], entityKey: ['firm_id'], kind: 'enterprise' }],
  ['districts', { columns: ['district', 'area'], entityKey: [] }],
])

async function plan(sql: string): Promise<ContributorPlan> {
  const tree = JSON.parse(String((await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])).value(0, 0))) as unknown // whatever the parser says
  return planContributors(plainStatement(tree, new Map([...tables].map(([name, table]) => [name, table.columns]))), tables, LEAST)
}

/** What the figures of a statement are taken for. */
async function form(sql: string): Promise<string> {
  const found = await plan(sql)
  return found.kind === 'microdata' ? found.reason : found.kind
}

/** Statements that can be accounted for beside their neighbours that cannot, each with what they are taken for. */
function edges(title: string, rows: readonly (readonly [sql: string, expected: string])[]): void {
  describe(title, () => {
    test.each(rows)('%s → %s', async (sql, expected) => { expect(await form(sql)).toBe(expected) })
  })
}

edges('rows of entities stay rows, and may be counted when they are grouped', [
  ['select district, count(*) from (select * from persons where income > 5) group by 1', 'cells'],
  ['select district, income from persons', 'row-level'],
  ['select hospital, count(*) from (select distinct on (person_id) person_id, hospital from visits order by person_id, day) group by 1', 'cells'],
  ['select distinct on (district) district, income from persons order by district', 'row-level'],
  ['select avg(income) from (select income from persons order by person_id)', 'cells'],
  ['select avg(income) from (select income from persons order by person_id limit 20)', 'key-in-expression'],
  ['select sum(v) from (select unnest([income, 1]) as v from persons)', 'hidden-condition'],
  ['select unnest([district]) as d, count(*) from persons group by district', 'unsupported'],
])

edges('windows over rows are cells, places or the entity\'s own values; another\'s value is none', [
  ['select avg(income / m) from (select income, avg(income) over (partition by district) as m from persons)', 'cells'],
  ['select avg(income - m) from (select income, median(income) filter (where insured) over () as m from persons)', 'cells'],
  ['select d, s from (select district as d, sum(income) over (order by district) as s from persons) group by d, s', 'cells'],
  ['select avg(s) from (select sum(income) over (order by district rows unbounded preceding) as s from persons)', 'hidden-condition'],
  ['select avg(s) from (select sum(income) over (order by district range between unbounded preceding and current row exclude ties) as s from persons)', 'hidden-condition'],
  ['select avg(income) from (select income, rank() over (order by income) as r from persons) where r > 20', 'cells'],
  ['select avg(r * income) from (select income, lag(income) over (order by income) as r from persons)', 'hidden-condition'],
  ['select avg(date_diff(\'day\', p, day)) from (select day, lag(day) over (partition by person_id order by day) as p from visits)', 'cells'],
])

edges('a total of an entity\'s own rows is the entity\'s value', [
  ['select case when r < 2 then 1 else 2 end as band, count(*), avg(r) from (select person_id, sum(cost) / count(*) as r from visits group by 1) group by 1', 'cells'],
  ['select avg(r) from (select person_id, count(*) filter (where hospital = \'一\') * 1.0 / count(*) as r from visits group by 1)', 'cells'],
  ['select avg(r) from (select person_id, sum(cost) * sum(cost) * sum(cost) as r from visits group by 1)', 'hidden-condition'],
  ['select person_id, sum(cost) from visits group by 1', 'row-level'],
])

edges('set operations stack rows of one kind of entity, compare keys of one kind, or compare cells', [
  ['select count(*) from (select person_id from visits union all select person_id from persons)', 'cells'],
  ['select k, count(*) from (select \'a\' as k, district from persons union all select \'b\', district from firms) group by 1', 'unsupported'],
  ['select count(*) from (select person_id from visits intersect select person_id from persons)', 'cells'],
  ['select count(*) from (select name from persons except select name from persons where insured)', 'unsupported'],
  ['select district from persons group by 1 except select \'一\'', 'cells'],
  ['select district from districts intersect select district from districts', 'no-entities'],
  ['select district, count(*) from persons group by 1 union all select \'合计\', count(*) from persons', 'cells'],
  ['select count(*) as n from persons union all by name select income as n from persons', 'row-level'],
])

edges('keys are compared as sets, for a key that stands twice could weigh otherwise than all others', [
  ['select count(*) from (select person_id from visits except select person_id from persons)', 'cells'],
  ['select count(*) from (select person_id from visits except all select person_id from persons)', 'unsupported'],
])

describe('rows that a UNION stacks are told apart by branch and by supplied row, wherever they are put together', () => {
  test.each([
    ['select sum(cost) from (select person_id, cost from visits union all select person_id, cost from visits where cost > 5)', [[2, false]]],
    ['select sum(w * cost) from (select 1 as w, cost from visits union all select 2, cost from visits where cost > 5)', [[2, true]]],
    ["select k, sum(cost) from (select 'a' as k, cost from visits union all select 'b', cost from visits where cost > 5) group by 1", [[2, false]]],
    ['select sum(v) from (select cost as v from visits union all select income from persons)', [[2, false]]],
    ['select sum(cost) from (select cost from visits union all select cost from visits union all select cost from visits)', [[3, false]]],
    ['select avg(s) from (select person_id, sum(cost) as s from (select person_id, cost from visits union all select person_id, cost from visits) group by 1)', [[2, false]]],
    ['select sum(cost) from visits', []],
  ])('%s → %j', async (sql, expected) => {
    const found = await plan(sql)
    expect(found.kind === 'cells' ? found.tables.flatMap(({ stacks = [] }) => stacks.map(({ branches, weighted }) => [branches, weighted])) : found).toEqual(expected)
  })
})

describe('figures on conditions are judged also in the cells that they drop', () => {
  test.each([
    ['select district, count(*) from persons group by 1 having count(*) >= 10 and avg(income) > 5', 1],
    ['select district, count(*) from persons group by 1 having count(*) filter (where insured) >= 10', 1],
    ['select district, count(*) from persons group by 1 having count(*) filter (where insured) > 0', 2],
    ['select district, count(*) from persons group by 1 having max(income) > 5', 2],
    ['select d from (select district as d, count(*) as n, avg(income) as m from persons group by 1) where n >= 10 and m > 5', 1],
    ['select d from (select district as d, count(*) filter (where insured) as n from persons group by 1) where n > 0', 2],
  ])('%s → %i', async (sql, expected) => {
    const found = await plan(sql)
    expect(found.kind === 'cells' ? found.finals.length : found).toBe(expected)
  })
})

edges('DISTINCT with totals over the same columns is GROUP BY', [
  ['select distinct district, count(*) over (partition by district) as n from persons', 'cells'],
  ['select distinct district, count(*) filter (where insured) over (partition by district) as n from persons', 'cells'],
  ['select distinct district, max(income) over (partition by name) as m from persons', 'unsupported'],
  ['select distinct district, lag(income) over (partition by district order by income) as m from persons', 'unsupported'],
])

edges('a part of a key is a column like any other; the key itself picks, and so does an order by its parts', [
  ['select count(*) filter (where length(person_id) = 18) from persons', 'cells'],
  ['select substr(person_id, 7, 3), count(*) from persons where left(person_id, 2) = \'51\' group by 1', 'cells'],
  ['select count(*) from persons where person_id = \'x\'', 'key-in-expression'],
  ['select count(*) from persons where cast(person_id as bigint) > 5', 'key-in-expression'],
  ['select sum(cast(substr(person_id, 7, 4) as int)) from persons', 'hidden-condition'],
  ['select avg(income) from (select income from persons order by left(person_id, 6) limit 20)', 'key-in-expression'],
])

edges('a column added up in its own order tells where a row stands; anything else added up on the way is other rows\' values', [
  ['select count(*) filter (where c < 5) from (select sum(income) over (order by income desc rows unbounded preceding) as c from persons)', 'cells'],
  ['select avg(c) from (select sum(income) over (order by income desc rows unbounded preceding) as c from persons)', 'hidden-condition'],
  ['select count(*) filter (where c < 5) from (select sum(income) over (order by birth rows unbounded preceding) as c from persons)', 'hidden-condition'],
  ['select count(*) filter (where c < 5) from (select sum(income) over (partition by birth order by income rows unbounded preceding) as c from persons)', 'hidden-condition'],
])

edges('EXISTS and IN ask of the entity\'s own rows', [
  ['select count(*) from persons p where exists (select 1 from visits v where v.person_id = p.person_id and v.cost > p.income)', 'cells'],
  ['select count(*) from persons p where exists (select 1 from visits v, firms f where v.person_id = p.person_id and f.staff > 1000)', 'nested-query'],
  ['select count(*) from persons p where exists (select 1 from visits v where v.cost > p.income)', 'nested-query'],
  ['select avg((person_id in (select person_id from visits))::int) from persons', 'cells'],
  ['select avg((person_id in (\'x\'))::int) from persons', 'key-in-expression'],
  ['select count(*) from persons where list_contains([\'x\'], person_id)', 'key-in-expression'],
])

edges('a correlated value is a join with the group', [
  ['select k, count(*) from (select (select count(*) from visits v where v.person_id = p.person_id) as k from persons p) group by 1', 'cells'],
  ['select count(*) from persons p where income > (select avg(q.income) from persons q where q.district = p.district)', 'cells'],
  ['select avg((select max(q.income) from persons q where q.income > p.income)) from persons p', 'nested-query'],
  ['select d.district, x.n from districts d, lateral (select count(*) as n from persons p where p.district = d.district) x', 'cells'],
])

describe('small cells are forgiven only in totals in which each entity counts alike', () => {
  /** Whether the final query asks how many entities stand behind the total. */
  const forgives = async (sql: string): Promise<boolean> => {
    const found = await plan(sql)
    return found.kind === 'cells' && JSON.stringify(found.finals).includes('list_sort')
      && JSON.stringify(found.finals).includes('COMPARE_GREATERTHANOREQUALTO')
  }
  test.each([
    ['select sum(n), avg(n) from (select birth, count(*) as n from persons group by 1)', true],
    ['select sum(n) from (select birth, sum(income) as n from persons group by 1)', true],
    ['select sum(n) from (select birth, sum(case when birth > date \'1970-01-01\' then 1 else 0 end) as n from persons group by 1)', false],
    ['select sum(n) from (select birth, count(*) filter (where insured) as n from persons group by 1)', false],
    ['select sum(n) from (select birth, count(*) * pow(2, day(birth)) as n from persons group by 1)', false],
    ['select sum(n) from (select birth, sum(day(birth)) as n from persons group by 1)', false],
    ['select sum(c.n) from (select birth, count(*) as n from persons group by 1) c join (values (date \'1970-01-01\', 1), (date \'1970-01-01\', 2)) w(d, i) on c.birth = w.d', false],
    ['select corr(c.n, w.a) from (select district, count(*) as n from persons group by 1) c join (select district, avg(area) as a from districts group by 1) w on c.district = w.district', true],
    ['select corr(c.n, w.a) from (select district, count(*) as n from persons group by 1) c join (select district, avg(area) as a from districts group by 1) w on c.district > w.district', false],
    ['select corr(n, p) from (select n, lag(n) over (order by birth) as p from (select birth, count(*) as n from persons group by 1))', true],
  ])('%s → %s', async (sql, expected) => { expect(await forgives(sql)).toBe(expected) })
})

test('answers that are counted, and conditions tied together, are told with the figure', async () => {
  const measures = async (sql: string): Promise<unknown> => { const found = await plan(sql); return found.kind === 'cells' ? found.tables.flatMap((table) => table.measures.map(({ branches, compound }) => [branches, compound])) : found }
  expect(await measures('select count(distinct district), count(distinct case when income > 9 then \'a\' else \'b\' end) from persons')).toEqual([[0, false], [1, false]])
  expect(await measures('select count(*) filter (where insured and income > 9), count(*) filter (where income < 3 or income > 9) from persons')).toEqual([[0, false], [0, true]])
  expect(await measures('select count_if((income > 9) <> (income > 3)) from persons')).toEqual([[0, true]])
})

edges('an order or a quantile made up around one entity is not followed', [
  ['select avg(r) from (select row_number() over (order by income / greatest(1, year(birth))) as r from persons)', 'cells'],
  ["select avg(r) from (select row_number() over (order by left(name, strpos(cast(birth as varchar), '1970'))) as r from persons)", 'hidden-condition'],
  ['select median(income / greatest(1, year(birth))) from persons', 'cells'],
  ['select median(income * 1.5 - year(birth)) from persons', 'cells'],
  ['select median(income * 1000000 + year(birth)) from persons', 'hidden-condition'],
  ['select median(v) from (select floor(income) + year(birth) as v from persons)', 'hidden-condition'],
  ["select median(cast(replace(name, '王', '1') as double)) from persons", 'hidden-condition'],
])

describe('what lets one entity weigh otherwise than the others is judged beside the figure', () => {
  test.each([
    ['select sum(income) from persons', 0],
    ['select sum(income * 2) from persons', 0],
    ['select sum(income * ln(income)) from persons', 0],
    ['select avg(least(greatest(income, 1000), 90000)) from persons', 0],
    ["select sum(income * (1 + least(1, abs(date_diff('day', birth, date '1970-05-05'))))) from persons", 4],
    ["select sum(greatest(income * least(1, abs(date_diff('day', birth, date '1970-05-05'))), 0)) from persons", 3],
    ['select sum(p.income * v.w) from persons p join (values (1, 1), (2, 2)) v(k, w) on v.k = year(p.birth) % 2', 3],
  ])('%s → %i parts of arithmetic', async (sql, expected) => {
    const found = await plan(sql)
    expect(found.kind === 'cells' ? found.tables.flatMap(({ measures }) => measures).filter((measure) => measure.within === true).length : found).toBe(expected)
  })

  test.each([
    ['select sum(cost) from visits v join persons p on p.person_id = v.person_id where p.insured', 1],
    ["select sum(income) from persons p join range(1, 3) r(i) on r.i = 1 or p.birth <> date '1970-05-05'", 2],
  ])('%s → %i cells by how rows are joined', async (sql, expected) => {
    const found = await plan(sql)
    expect(found.kind === 'cells' ? found.finals.length : found).toBe(expected)
  })
})
