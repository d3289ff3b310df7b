import { afterAll, describe, expect, test } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement, placeInText } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS, type StatementAnswer, type StatementPolicy } from '#core/boundary/statement-policy.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
afterAll(() => { connection.closeSync(); instance.closeSync() })

const policy: StatementPolicy = {
  tables: new Map([['persons', ['id', 'district', 'income', '姓名']], ['air', ['day', 'pm25']]]),
  functions: ALLOWED_FUNCTIONS,
  limits: { ...DEFAULT_STATEMENT_LIMITS, statementLength: 4000, literalLength: 40, depth: 80, nodes: 400 },
}

/** The real parser's tree of a statement, judged. */
async function judge(sql: string): Promise<StatementAnswer> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])
  return judgeStatement(JSON.parse(String(reader.value(0, 0))), sql.length, policy)
}
async function code(sql: string): Promise<string> {
  const answer = await judge(sql)
  return answer.allow ? 'allowed' : answer.refusal.code
}

describe('what an analyst writes is allowed, with its lineage', () => {
  test('reads count filters, outputs do not', async () => {
    const answer = await judge('select district as d, avg(income) as a, count(*) as n from persons where id is not null group by d having n > 10 order by all')
    if (!answer.allow) throw new Error(answer.refusal.code)
    expect(answer.lineage.tables).toEqual(['persons'])
    expect(answer.lineage.reads.map((source) => source.column).toSorted()).toEqual(['district', 'id', 'income'])
    expect(answer.lineage.outputs).toEqual([
      { name: 'd', sources: [{ table: 'persons', column: 'district' }] },
      { name: 'a', sources: [{ table: 'persons', column: 'income' }] },
      { name: 'n', sources: [] },
    ])
  })
  test('lineage passes through WITH, subqueries, joins and set operations', async () => {
    const answer = await judge('with w as (select id as k, income * 2 as v from persons) select x.v + a.pm25 as s from w as x join (select * from air) as a on x.k = a.pm25 union all select income from persons')
    if (!answer.allow) throw new Error(answer.refusal.code)
    expect(answer.lineage.outputs.map((output) => output.sources.map((source) => `${source.table}.${source.column}`).toSorted())).toEqual([['air.pm25', 'persons.income']])
  })
  test('a table that is only counted is still named', async () => {
    const answer = await judge('select count(*) from persons')
    expect(answer.allow && answer.lineage.tables).toEqual(['persons'])
  })
  test.each([
    'select "姓名" from persons', 'select a.*, b.pm25 from persons a left join air b on a.id = b.pm25', 'select P.ID from PERSONS p', 'from air', 'select main.persons.id from main.persons', 'select * exclude (id) from persons',
    "select case when income > 1 then 'a' else 'b' end, income::decimal(10,2), try_cast(id as integer) from persons",
    'select sum(income) over (partition by district order by id) from persons qualify row_number() over (order by id) < 3',
    "select date_trunc('month', day), extract(year from day) from air where day between date '2020-01-01' and date '2020-02-01' and pm25 in (1, 2) and not (pm25 is null)",
    'select c from (select * from persons p join persons q using (id)) as t(a, b, c)', 'select p.* from persons p semi join air on p.id = air.day', "select columns('i.*') from persons", 'select id[1], map([id], [id]) from persons', 'select list_transform([id], x -> x + income) from persons',
    'select * from unnest([1, 2])', 'with recursive r(x) as (select 1 union all select x + 1 from r where x < 9) select * from r', "select try(ln(id)), repeat('x', 3), list_aggregate([id], 'sum'), argmax(id, income) over () from persons", 'select count(*) from persons where (id, district) in (select pm25, day from air)', 'select x.n, y.k from persons p, lateral (select p.income + 1 as n) x, lateral (select n * 2 as k) y', 'select district.upper(), income.round(1) from persons', "select unnest(generate_series(date '2025-01-01', date '2025-03-01', interval 1 month))::date as m", 'select * from persons pivot (sum(income) for district in (1, 2))', 'select p.id, x.n from persons p, lateral (select count(*) as n from air a where a.day = p.id) x',
    'select district, count(*) from persons group by rollup(district)', 'select 1e300, 9007199254740991',
    "values (1)", "select p.district, v.w from persons p join (values ('a', 1.5), ('b', -2)) v(d, w) on v.d = p.district", 'select r.i from range(1, 13) r(i)', "select d from generate_series(date '2025-01-01', date '2025-12-01', interval 1 month) g(d)",
  ])('%s', async (sql) => { expect(await code(sql)).toBe('allowed') })
})

describe('everything else is refused, with a code', () => {
  test.each([
    ['copy persons to \'x\'', 'statement-not-select'], ['explain analyze select 1', 'statement-not-select'], ['attach \'x\' as y', 'statement-not-select'],
    ["call enable_logging(storage='file')", 'statement-not-select'], ['set threads = 4', 'statement-not-select'], ['pragma version', 'statement-not-select'],
    ['select 1; select 2', 'statement-not-single'], ['', 'statement-not-single'], ['selec 1', 'statement-unparsable'],
    ["select * from '/etc/passwd'", 'table-not-authorized'], ["select * from 'x.parquet'", 'table-not-authorized'], ['select * from secret', 'table-not-authorized'],
    ['select * from information_schema.tables', 'table-not-authorized'], ['select * from other.main.persons', 'table-not-authorized'], ['select * from duckdb_settings', 'table-not-authorized'],
    ["select * from read_csv('x')", 'table-function-refused'], ['select * from range(1000000)', 'table-function-refused'], ["select * from range('9e9'::bigint)", 'table-function-refused'], ['select * from range((select count(*) from persons))', 'table-function-refused'], ['select * from unnest([id]) , persons', 'table-function-refused'], ["select * from query('copy persons to ''x''')", 'table-function-refused'],
    ['select salary from persons', 'column-not-authorized'], ['select rowid from persons', 'column-not-authorized'], ['select current_date', 'column-not-authorized'],
    ['select p from persons as p', 'column-whole-row'], ['select persons.id.member.x from persons', 'column-whole-row'],
    ['select random()', 'function-not-allowed'], ['select now()', 'function-not-allowed'], ["select getvariable('x')", 'function-not-allowed'], ["select current_setting('threads')", 'function-not-allowed'],
    ['select md5(id) from persons', 'function-not-allowed'], ['select hash(id) from persons', 'function-not-allowed'], ['select stats(id) from persons', 'function-not-allowed'],
    ["select error('x')", 'function-not-allowed'], ['select bitstring_agg(id) from persons', 'function-not-allowed'], ['select pg_catalog.count(1)', 'function-not-allowed'],
    ['select rank() from persons', 'function-used-wrongly'], ['select * from persons pivot (sum(income) filter (where id > 1) for district in (1, 2))', 'pivot-refused'], ["pivot persons on district in (1) using sum(getenv('x'))", 'function-not-allowed'],
    ['select * from persons using sample 10', 'sampling-refused'], ['select * from persons tablesample 10%', 'sampling-refused'],
    ['with recursive r as (select id as x from persons union all select x + 1 from r) select * from r', 'recursion-refused'], ['with recursive r as (select 1 as x union all select x + pm25 from r, air) select * from r', 'recursion-refused'], ['with recursive r as (select 1 as x union all select x + (select max(id) from persons) from r) select * from r', 'recursion-refused'], ['with recursive persons as (select 1 as id union all select id + 1 from persons) select * from persons', 'table-shadowed'], ['with recursive r as (select 1 as x union all select random() from r) select * from r', 'function-not-allowed'],
    ['select id::varchar[] from persons', 'type-not-allowed'], ["select id::json from persons", 'type-not-allowed'], ['select ?', 'parameter-refused'],
    ["select list_transform([id], x -> getenv('x')) from persons", 'function-not-allowed'], ["select list_transform([id], x -> y) from persons", 'column-not-authorized'], ["select list_aggregate([id], 'reservoir_quantile') from persons", 'function-not-allowed'], ['select list_aggregate([id], district) from persons', 'function-not-allowed'],
    ["select columns('(?i)d') from persons", 'columns-must-be-named'], ["select * replace (getenv('x') as id) from persons", 'function-not-allowed'], ["select 1 where 1 = any(with t as (select getenv('x')) select unnest([1]))", 'function-not-allowed'],
    ["select x.n from persons p, lateral (select count(*) as n, max(getenv('x')) as m from air a where a.day = p.id) x", 'function-not-allowed'], ["select x.n from persons p, lateral (select count(*) as n from air a where a.day = p.id order by getenv('x')) x", 'column-not-authorized'], ['select #1 from persons', 'construct-not-allowed'],
    ["select x.n from persons p, lateral (select p.income + 1 as n, getenv('x') as unused) x", 'column-not-authorized'], ['select district.getenv() from persons', 'function-not-allowed'],
    ['values (random())', 'function-not-allowed'], ['select * from (values (persons.id)) v', 'column-not-authorized'], ['describe persons', 'construct-not-allowed'], ['show tables', 'construct-not-allowed'],
    ['select * from persons at (version => 1)', 'construct-not-allowed'], ['select * from persons positional join air', 'construct-not-allowed'],
    ['with persons as (select 1 as id) select id from persons', 'table-shadowed'],
    // The engine takes only ASCII letters for equal; the Kelvin sign once opened its catalogue.
    ['with "duc\u212Adb_tables" as (select 1 as sql) select sql from duckdb_tables', 'table-not-authorized'],
    ['select * from persons natural join air', 'columns-must-be-named'], ['select 12345678901234567890', 'number-too-long'], ['select 9007199254740993', 'number-too-long'],
  ])('%s → %s', async (sql, expected) => { expect(await code(sql)).toBe(expected) })
})

describe('limits, on both sides of the edge', () => {
  test('a literal', async () => {
    expect(await code(`select '${'x'.repeat(40)}'`)).toBe('allowed')
    expect(await code(`select '${'x'.repeat(41)}'`)).toBe('literal-too-long')
  })
  test('the statement', async () => {
    const padded = (length: number): string => 'select 1'.padEnd(length, ' ')
    expect(await code(padded(4000))).toBe('allowed')
    expect(await code(padded(4001))).toBe('statement-too-long')
  })
  test('nesting and number of expressions', async () => {
    expect(await code(`select ${'abs('.repeat(20)}1${')'.repeat(20)}`)).toBe('allowed')
    expect(await code(`select ${'abs('.repeat(200)}1${')'.repeat(200)}`)).toBe('statement-too-complex')
    expect(await code(`select ${Array.from({ length: 300 }, () => '1').join(', ')}`)).toBe('statement-too-complex')
  })
  test('a tree that is none is refused, however it looks', () => {
    for (const tree of [null, 1, 'x', [], {}, { error: false }, { error: false, statements: [null] }, { error: false, statements: [{ node: { type: 'NEW_NODE' } }] }]) {
      expect(judgeStatement(tree, 10, policy).allow).toBe(false)
    }
  })
  test('a refusal names its place, also after Chinese text', async () => {
    const sql = "select '张三' as x,\n  nope from persons"
    const answer = await judge(sql)
    if (answer.allow || answer.refusal.at === null) throw new Error('expected a refusal with a place')
    expect(placeInText(sql, answer.refusal.at)).toEqual({ line: 2, column: 3 })
    expect(answer.refusal.message).toContain('nope')
  })
})
