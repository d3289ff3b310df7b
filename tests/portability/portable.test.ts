import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DuckDBConnection } from '@duckdb/node-api'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { PORTABLE_FUNCTIONS } from '#core/engine/portable-functions.ts'
import { PORTABLE_REFUSAL_CODES } from '#core/engine/portable-refusals.ts'
import { translateStatement, type Translation } from '#core/engine/translate-statement.ts'
import { openParseGate, type ParseGate } from '#adapters/sandbox/parse.ts'
import { readStatements } from './corpus.ts'
import { askReference, differenceOf, openReference } from './reference.ts'
import { TABLES } from './tables.ts'

// The scale-out engine weighs 566 MB and is compared by `npm run engines`; here the profile and its spelling are held to
// the reference engine, and each refusal is shown refusing.

const PARSE_MS = 60_000
let gate: ParseGate
let reference: DuckDBConnection
beforeAll(async () => {
  gate = openParseGate(PARSE_MS)
  reference = await openReference()
})
afterAll(() => gate.close())

async function translate(sql: string): Promise<Translation> {
  const parsed = await gate.parse(sql)
  if (!parsed.ok) throw new Error(parsed.message)
  return translateStatement(parsed.tree, TABLES)
}

async function spelled(sql: string): Promise<string> {
  const translation = await translate(sql)
  if (!translation.portable) throw new Error(translation.refusal.code)
  return translation.statement.sql.clickhouse
}

describe('the portable profile', () => {
  test('every statement of the differential suite is in it, and respelled gives the reference engine the same rows', async () => {
    const wrong: string[] = []
    const statements = readStatements()
    expect(statements.length).toBeGreaterThanOrEqual(200)
    for (const sql of statements) {
      const translation = await translate(sql)
      if (!translation.portable) { wrong.push(`${sql}: ${translation.refusal.code}`); continue }
      const { statement } = translation
      const difference = differenceOf(await askReference(reference, sql, statement), await askReference(reference, statement.sql.duckdb, statement), false)
      if (difference !== null) wrong.push(`${sql}: ${difference}`)
    }
    expect(wrong).toEqual([])
  })

  test('every function of the profile is called in the suite, and each is one that a job may call', () => {
    const corpus = readStatements().join('\n').toLowerCase()
    const named = [...new Set(PORTABLE_FUNCTIONS.map(({ name }) => name))]
    expect(named.length).toBeGreaterThanOrEqual(60)
    const written: Readonly<Record<string, string>> = { '~~': ' like ', '!~~': ' not like ', count_star: 'count(*)', '||': ' || ', '**': ' ** ', '^': ' ** ' }
    const synonyms: Readonly<Record<string, string>> = { mean: 'avg', log: 'log10', ceil: 'ceil', datetrunc: 'date_trunc', datediff: 'date_diff', weekday: 'dayofweek', stddev_samp: 'stddev' }
    expect(named.filter((name) => !corpus.includes(written[name] ?? `${synonyms[name] ?? name}(`))).toEqual([])
    expect(named.filter((name) => !ALLOWED_FUNCTIONS.has(name))).toEqual([])
  })

  test('where the engines differ by themselves, the spelling says what the reference engine does', async () => {
    // Characters, not bytes; integers that do not wrap; halves away from zero; missing values where nothing matched.
    expect(await spelled('select length(name) as a from person')).toContain('lengthUTF8(')
    expect(await spelled('select id * id as a from person')).toContain("accurateCast((toInt128(r1.`id`) * toInt128(r1.`id`)), 'Nullable(Int64)')")
    expect(await spelled('select sum(id) as a from person')).toContain('sumOrNull(toInt128(r1.`id`))')
    expect(await spelled('select height in (1, 2) as a from person')).toContain('((r1.`height` = toInt64(1)) OR (r1.`height` = toInt64(2)))')
    expect(await spelled('select id from person order by height desc')).toContain('ORDER BY r1.`height` DESC NULLS LAST')
    expect(await spelled("select strftime(joined, '%H:%M') as a from person")).toContain("'%H:%i'")
    expect(await spelled("select id from person where note like 'a\\b'")).toContain("LIKE 'a\\\\\\\\b'")
    expect(await spelled('select district from person union select kind from visit limit 1 offset 0'.replace(' limit', ' order by 1 limit'))).toMatch(/UNION DISTINCT .*\) AS r\d+ ORDER BY c\d+ ASC NULLS LAST LIMIT 1 OFFSET 0$/)
  })
})

/** One statement for each reason to stay on the reference engine, and beside it what its cure makes of it. */
const REFUSED: readonly (readonly [code: string, sql: string, cured: string | null])[] = [
  ['table-unknown', 'select 1 as a from elsewhere', 'select 1 as a from person'],
  ['column-unknown', 'select nothing from person', 'select name from person'],
  ['column-unknown', 'select id from person a join person b on a.id = b.id', 'select a.id from person a join person b on a.id = b.id'],
  ['correlated-subquery-not-portable', 'select (select max(cost) from visit where person_id = p.id) as a from person p', 'select p.id, max(v.cost) as a from person p left join visit v on v.person_id = p.id group by p.id'],
  ['exists-not-portable', 'select id from person where exists (select 1 from visit)', null],
  ['exists-not-portable', 'select id from person where not exists (select 1 from visit)', null],
  ['in-subquery-place-not-portable', 'select id from person where id not in (select person_id from visit)', 'select p.id from person p left join visit v on p.id = v.person_id where v.person_id is null'],
  ['in-subquery-place-not-portable', 'select id from person where married or id in (select person_id from visit)', 'select id from person where married and id in (select person_id from visit)'],
  ['function-not-portable', 'select skewness(height) as a from person', null],
  ['arguments-not-portable', 'select substring(note, height) as a from person', 'select substring(note, 2) as a from person'],
  ['arguments-not-portable', 'select median(income) as a from person', 'select median(cast(income as double)) as a from person'],
  ['arguments-not-portable', "select date_diff('week', born, date '2026-01-01') as a from person", "select date_diff('day', born, date '2026-01-01') as a from person"],
  ['arguments-not-portable', "select strftime(joined, '%B') as a from person", "select strftime(joined, '%m') as a from person"],
  ['result-depends-on-order', 'select any_value(name) as a from person', 'select min(name) as a from person'],
  ['aggregate-needs-order', "select string_agg(name, ',') as a from person", "select string_agg(name, ',' order by name) as a from person"],
  ['aggregate-needs-order', "select string_agg(name, ',' order by id) as a from person", "select string_agg(name, ',' order by name desc) as a from person"],
  ['distinct-aggregate-not-portable', 'select sum(distinct height) as a from person', 'select sum(height) as a from (select distinct height from person) as t'],
  ['integer-division-not-portable', 'select id // 3 as a from person', 'select (id - id % 3) / 3 as a from person'],
  ['slice-not-portable', 'select name[1:2] as a from person', 'select left(name, 2) as a from person'],
  ['division-needs-guard', 'select income / height as a from person', 'select income / nullif(height, 0) as a from person'],
  ['types-do-not-meet', 'select id from person where name > 3', "select id from person where name > '3'"],
  ['types-do-not-meet', 'select id from person where id', 'select id from person where id > 0'],
  ['cast-not-portable', 'select cast(note as integer) as a from person', null],
  ['cast-not-portable', 'select try_cast(note as integer) as a from person', null],
  ['cast-not-portable', 'select cast(cast(income as double) as decimal(10, 2)) as a from person', 'select cast(income as decimal(10, 1)) as a from person'],
  ['constant-not-portable', "select id from person where born > '1990-1-1'", "select id from person where born > '1990-01-01'"],
  ['constant-not-portable', "select id from person where born > '1990-02-30'", "select id from person where born > '1990-02-28'"],
  ['null-needs-type', 'select null as a from person', 'select cast(null as integer) as a from person'],
  ['alias-reuse-not-portable', 'select id + 1 as a, a + 1 as b from person', 'select a, a + 1 as b from (select id + 1 as a from person) as t'],
  ['grouping-sets-not-portable', 'select district, count(*) as n from person group by rollup(district)', 'select district, count(*) as n from person group by district union all select \'合计\', count(*) from person'],
  ['distinct-on-not-portable', 'select distinct on (district) district, id from person', 'select district, id from person qualify row_number() over (partition by district order by id) = 1'],
  ['limit-needs-order', 'select id from person limit 3', 'select id from person order by id limit 3'],
  ['limit-not-portable', 'select id from person order by id limit 10%', 'select id from person order by id limit 10'],
  ['order-place-unknown', 'select id from person order by 2', 'select id from person order by 1'],
  ['join-not-portable', 'select p.id from person p join visit v using (id)', 'select p.id from person p join visit v on p.id = v.person_id'],
  ['join-not-portable', 'select p.id from person p natural join nobody n', null],
  ['join-not-portable', 'select p.id from person p semi join visit v on p.id = v.person_id', null],
  ['join-condition-not-portable', 'select p.id from person p left join visit v on p.id = v.person_id and v.cost > 5', 'select p.id from person p left join (select person_id from visit where cost > 5) v on p.id = v.person_id'],
  ['join-condition-not-portable', 'select p.id from person p join visit v on p.id < v.person_id', 'select p.id from person p join visit v on p.id = v.person_id and v.cost > 5'],
  ['set-operation-not-portable', 'select id from person except all select person_id from visit', 'select id from person except select person_id from visit'],
  ['set-operation-not-portable', 'select id, name from person union select person_id from visit', null],
  ['window-frame-not-portable', 'select sum(id) over (order by id range between 2 preceding and current row) as a from person', 'select sum(id) over (order by id rows between 2 preceding and current row) as a from person'],
  ['window-not-portable', 'select row_number() over () as a from person', 'select row_number() over (order by id) as a from person'],
  ['interval-not-portable', 'select born + to_days(id::integer) as a from person', 'select born + interval 3 day as a from person'],
  ['interval-not-portable', 'select born + interval 1000 year as a from person', 'select born + interval 100 year as a from person'],
  ['construct-not-portable', 'select id from person using sample 10%', null],
  ['construct-not-portable', 'with recursive r as (select 1 as x union all select x + 1 from r) select x from r', null],
  ['construct-not-portable', 'select columns(*) from person', 'select * from person'],
]

describe('what is outside the profile', () => {
  test('is refused under a name, with its place where it has one, and its cure works', async () => {
    const answers = await Promise.all(REFUSED.map(async ([code, sql, cured]) => {
      const answer = await translate(sql)
      const after = cured === null ? null : await translate(cured)
      return [code, sql, answer.portable ? 'portable' : answer.refusal.code, after === null || after.portable ? 'cured' : after.refusal.code]
    }))
    expect(answers).toEqual(REFUSED.map(([code, sql]) => [code, sql, code, 'cured']))
  })

  test('every reason is shown once, but for those that no statement a person writes can give', () => {
    const shown = new Set(REFUSED.map(([code]) => code))
    expect(PORTABLE_REFUSAL_CODES.filter((code) => !shown.has(code))).toEqual(['statement-unreadable', 'statement-too-large'])
  })

  test('a tree of any shape is answered, and nesting that would grow without end is cut', async () => {
    for (const tree of [null, 1, 'x', {}, { statements: [] }, { statements: [null] }, { statements: [{ node: { type: 'SELECT_NODE', select_list: [{}] } }] }]) {
      expect(translateStatement(tree, TABLES).portable).toBe(false)
    }
    const nested = Array.from({ length: 12 }).reduce<string>((inner) => `round(${inner}, 2)`, 'cast(income as double)')
    const answer = await translate(`select ${nested} as a from person`)
    expect(answer.portable ? 'portable' : answer.refusal.code).toBe('statement-too-large')
  })
})
