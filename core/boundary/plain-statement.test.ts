import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, describe, expect, test } from 'vitest'
import { plainStatement } from '#core/boundary/plain-statement.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
afterAll(() => { connection.closeSync(); instance.closeSync() })
await connection.run("create table visits as select i as id, case when i % 3 = 0 then '男' when i % 3 = 1 then '女' end as sex, i % 4 as ward, i % 5 as band, i * 1.5 as cost from range(200) t(i)")
await connection.run("create table wards as select i as ward, 10 + i as beds, '病区' || i as name from range(6) t(i)")
const tables = new Map([['visits', ['id', 'sex', 'ward', 'band', 'cost']], ['wards', ['ward', 'beds', 'name']]])

async function asked(sql: string): Promise<readonly string[]> {
  const answer = await connection.runAndReadAll(sql)
  return answer.getRows().map((row) => row.map(String).join('|')).toSorted()
}

/** The statement in plain form, as text. */
async function plainText(sql: string): Promise<string> {
  const tree = JSON.parse(String((await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql])).value(0, 0))) as unknown // whatever the parser says
  const text = JSON.stringify(plainStatement(tree, tables), (field, value: unknown) => (field === 'query_location' ? undefined : value))
  return String((await connection.runAndReadAll('SELECT json_deserialize_sql($1::JSON)', [text])).value(0, 0))
}

const FORMS: Readonly<Record<string, readonly string[]>> = {
  PIVOT: [
    "pivot visits on sex in ('男', '女') using count(*) as n, avg(cost) as mean group by ward",
    "pivot visits on sex in ('男', '女') using count(*) group by ward, band",
    "from (select ward, sex, band, cost from visits) pivot (count(*) as n, sum(cost) as s for sex in ('男' as m, '女') band in (1, 2, 9)) order by 1",
    "select p.ward, p.男, n_女 from (select ward, sex, cost from visits) as v pivot (max(cost) for sex in ('男') group by ward) as p join (select ward, 女 as n_女 from (select ward, sex from visits) pivot (count(*) for sex in ('女'))) q on q.ward = p.ward",
    "with v as (select ward, sex, count(*) as n from visits group by 1, 2) pivot v on sex in ('男', '女') using sum(n)",
  ],
  'PIVOT by the text of a value': [
    "select * from (from (select case when id = 1 then '1' when id = 2 then ' 1' else '01' end as s, ward from visits) pivot (count(*) for s in (1, '01') group by ward))",
    "select * from (from (select id::double as s, ward from visits) pivot (count(*) for s in (1, '2', '3.0', 4.0) group by ward))", "pivot visits on sex in ('男', NULL) using count(*) group by ward",
    `pivot visits on id in (${Array.from({ length: 40 }, (_, value) => value).join(', ')}) using count(*), sum(cost) group by ward`,
  ],
  'PIVOT of computed figures': ["pivot visits on sex in ('男', '女') using round(avg(cost), 1) group by ward", "pivot visits on sex in ('男') using round(sum(cost), 1) as r, max(cost) as m group by ward"],
  UNPIVOT: [
    'unpivot (select ward, count(*) as n, sum(cost)::bigint as total, null::bigint as none from visits group by ward) on n, total, none into name figure value amount',
    "select * from (select ward, count(*) as n, null::bigint as none from visits group by ward) unpivot include nulls (amount for figure in (n, none as '无'))",
    'select figure, sum(amount) from (select ward, count(*) as n, 3::bigint as a, 4::bigint as b, 5::bigint as c from visits group by ward) unpivot ((amount, other) for figure in ((n, a), (b, c))) group by 1',
  ],
  stars: [
    'select * from visits join wards using (ward)', 'select * exclude (id) replace (round(cost) as cost) rename (band as b) from visits', 'select wards.* from visits join wards using (ward)',
    'select * from visits natural join wards', 'select * from visits right join wards using (ward)', 'select * from visits semi join wards using (ward)', 'select * from visits full join wards using (ward)',
    'select * from (select ward, count(*), sum(cost) + 1 from visits group by 1) t', 'select * from visits v(a, b)', 'with t(x) as (select ward from visits) select * from t',
  ],
  COLUMNS: [
    "select round(avg(columns('cost|band')), 1) from visits", 'select columns(c -> c in (\'ward\')) from visits', "select columns(c -> c like '%d') from visits", "select min(columns(['id', 'cost'])), max(columns(['id', 'cost'])) from visits", 'select columns(* exclude (sex, id)) + 1 from visits',
  ],
  'set operations by name': ['select ward, count(*) as n from visits group by 1 union all by name select 7 as n, 9 as ward', 'select 1 as a union by name select 2 as b union by name select 1 as a'],
  LATERAL: [
    'select w.name, x.n, y.k from wards w, lateral (select w.beds * 2 as n) x, lateral (select n + 1 as k) y',
    'select w.name, x.n, x.m from wards w, lateral (select count(*) as n, avg(cost) as m from visits v where v.ward = w.ward) x', 'select w.name, x.* from wards w left join lateral (select count(*) as n from visits v where v.ward = w.ward and v.sex = \'男\') x on true',
    'select w.name, x.band, x.n from wards w, lateral (select band, count(*) as n from visits v where v.ward = w.ward group by band order by n desc, band limit 2) x', 'select w.name, x.id from wards w, lateral (select id from visits v where v.ward = w.ward order by cost desc limit 3) x',
  ],
  'correlated values': [
    'select name, (select count(*) from visits v where v.ward = w.ward) as n, (select 1 + count(*) * 2 from visits v where v.ward = w.ward) as k from wards w', 'select id from visits v where cost > (select avg(u.cost) from visits u where u.ward = v.ward and u.sex = \'男\')',
    'select id, (select name from wards w where w.ward = v.ward) as name from visits v', 'select name, (select id from visits v where v.ward = w.ward order by cost desc limit 1) as top from wards w', 'select ward, count(*) from visits v where (select count(*) from wards w where w.ward = v.ward) = 0 group by 1',
  ],
  tuples: ['select count(*) from visits where (ward, band) in (select ward, beds - 10 from wards)', 'select count(*) from visits v join wards w on (v.ward, v.band) = (w.ward, w.beds - 10)', "select v.ward, count(*) from visits v join visits u on (v.id, v.sex) = (u.id, u.sex) group by 1"],
  'recursion over constants': ['with recursive s(n) as (select 0 union all select n + 1 from s where n < 5) select s.n, count(v.id) from s left join visits v on v.ward = s.n group by 1'],
  'other names': ['select argmax(id, cost), argmin(id, cost), ward from visits group by ward', "select list_aggregate([ward, band], 'sum'), ward.abs(), sex.coalesce('无') is null from visits".replace(", sex.coalesce('无') is null", '')],
  'places by a value': ['select ward, sum(count(*)) over (order by min(ward)) from visits group by 1'],
  structs: ["select s.n, s['m'], x.s.n + 1 from (select ward, {n: count(*), m: avg(cost)} as s from visits group by 1) x where s.n > 40", 'with g as (select struct_pack(n := ward) as s from visits) select s.n, count(*) from g group by s.n'],
  'joins of everything with everything': ['select w.name, v.band, count(v.id) from wards w cross join (select distinct band as b from visits) d left join visits v on v.ward = w.ward and v.band = d.b group by all', 'select count(*) from wards a, wards b, visits v where v.ward = a.ward'],
  'series as rows': ['with m as (select unnest(generate_series(0, 5)) as w) select m.w, count(id) from m left join visits on ward = m.w group by 1', 'select unnest(range(3))', "select unnest(generate_series(date '2025-01-01', date '2025-03-01', interval 1 month))::date as m, 1 as k"],
  'lists and shares': ["select count(*) from visits where ward = any([1, 2])", 'select t.h, count(*) from unnest([1, 2, 9]) t(h) join visits on ward = t.h group by 1', 'select ward, percentile_cont(0.5) within group (order by cost), mode() within group (order by ward) from visits group by 1', "select count(distinct case when cost > 30 then ward end), count(distinct case when cost > 30 then ward end) filter (where sex = '男') from visits"],
}

describe('a statement in plain form answers what the engine answers to the one as written', () => {
  for (const [form, statements] of Object.entries(FORMS)) {
    test.each(statements)(`${form}: %s`, async (sql) => {
      const plain = await plainText(sql)
      expect(plain).not.toMatch(/pivot|columns\(|lateral|natural|by name|within group|(?<!count\()\*(?! \d)/i)
      expect(await asked(plain)).toEqual(await asked(sql))
    })
  }
})

describe('what plain form would say otherwise, or would leave unread, stays as it is', () => {
  test.each([
    ['an aggregate of a PIVOT with a filter of its own, which the engine ignores', 'pivot (select ward, band, cost from visits) on band in (1, 2) using sum(cost) filter (where cost > 30)', /pivot/i],
    ['what replaces no column', 'select * replace (1 as nothing) from visits', /\*/],
    ['an order that no limit follows', 'select w.name, x.n from wards w, lateral (select count(*) as n from visits v where v.ward = w.ward order by sum(cost)) x', /order by/i],
    ['a list with something to compute before it', 'select count(*) from visits where ward = any(with t as (select 1) select unnest([1, 2]))', /unnest/i],
    ['a bond that is more than equal columns', 'select (select count(*) from visits v where v.ward < w.ward) from wards w', /<|>/],
  ])('%s', async (_, sql, left) => { expect(await plainText(sql)).toMatch(left) })
})
