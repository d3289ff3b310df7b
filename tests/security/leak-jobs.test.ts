import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCheckedJob, type CheckedOutcome } from '#adapters/sandbox/checked-job.ts'
import { openParseGate, type ParseGate } from '#adapters/sandbox/parse.ts'
import { openSandbox, type Sandbox } from '#adapters/sandbox/sandbox.ts'
import { profileColumns } from '#adapters/sandbox/source-profile.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { checkedJob, DISCLOSURE_POLICY, inputsOf, LIMITS, PROFILED, writeSyntheticTables, type SyntheticTables } from '#tests/security/synthetic-tables.ts'

let tables: SyntheticTables
let gate: ParseGate
let sandbox: Sandbox
let profiles: readonly ColumnProfile[] | null

beforeAll(async () => {
  tables = await writeSyntheticTables()
  gate = openParseGate()
  sandbox = openSandbox({ warm: 1, limits: LIMITS, stagingDirectory: null })
  profiles = await profileColumns(sandbox, inputsOf(tables), PROFILED, DISCLOSURE_POLICY.containment.rareFrequency, LIMITS)
})
afterAll(async () => {
  await sandbox.close()
  await gate.close()
  await tables.remove()
})

const run = (sql: string, halves = 0): Promise<CheckedOutcome> => runCheckedJob(gate, sandbox, checkedJob(tables, profiles, sql, halves))

/** The verdict and the codes that are not a pass; a refusal or failure shows as such. */
function told(outcome: CheckedOutcome): { verdict: string; codes: string[] } {
  if (outcome.kind === 'refused') return { verdict: 'refused', codes: [outcome.refusal.code] }
  if (outcome.kind === 'failed') return { verdict: 'failed', codes: [outcome.failure.code] }
  const findings = outcome.report.sections.flatMap((section) => section.findings)
  return { verdict: outcome.report.verdict, codes: findings.filter((finding) => finding.verdict !== 'pass').map((finding) => finding.code) }
}

describe('a job that tells something about one person is blocked', () => {
  const leaks: readonly (readonly [string, string, string])[] = [
    ['rows as they are', 'select * from persons', 'microdata-route'],
    ['ids under another name', 'select person_id as x from persons limit 100', 'identifier-column'],
    ['ids reversed by hand in parts', "select right(person_id, 4) || left(person_id, 14) as x from persons", 'microdata-route'],
    ['phones', 'select phone from persons limit 200', 'rare-values-raw'],
    ['incomes in shuffled order', 'select income from persons order by phone limit 500', 'rare-values-raw'],
    ['one cell for each birthday', 'select birth_date, count(*) as n from persons group by birth_date', 'too-few-entities'],
    ['a small cell among large ones', 'select district, disease, count(*) as n from persons group by all', 'too-few-entities'],
    ['one income picked by a filter on the birthday', "select sum(income) filter (where birth_date between date '1960-05-01' and date '1960-05-12') as s from persons", 'too-few-counted'],
    ['all but a few, to be subtracted from the total', "select count(*) as n, count(*) filter (where disease <> '罕见病' or district <> '东区') as m from persons", 'too-few-left-out'],
    ['a total that one person makes up', "select district, sum(pow(income, 4)) as s from persons group by district", 'microdata-route'],
    ['a total dominated by one person', "select sum(income * income * 1) as s from persons where income > 19800", 'dominated-total'],
    ['everyone but one', "select avg(income) as a from persons where person_id <> '510100195001010001'", 'microdata-route'],
    ['some incomes behind a condition in the argument', "select avg(case when birth_date between date '1960-05-01' and date '1960-05-12' then income else 5000 end) as a from persons", 'too-few-in-branch'],
    ['the same behind a subquery', "select avg(v) as a from (select case when birth_date between date '1960-05-01' and date '1960-05-12' then income else 5000 end as v from persons)", 'too-few-in-branch'],
    ['one income by a nested query', "select district, count(*) + (select max(income) from persons) as n from persons group by district", 'extreme-value'],
    ['the highest income', 'select district, max(income) as m from persons group by district', 'extreme-value'],
    ['incomes multiplied and shifted', 'select income * 3 + 17 as v from persons', 'shape-of-source'],
    ['rank of each person', 'select rank() over (order by income) as r, district from persons', 'microdata-route'],
    ['the ten highest, averaged one by one', 'select income, avg(income) as a from persons group by income order by income desc limit 10', 'too-few-entities'],
    ['a few persons of a subquery', 'select avg(income) as a from (select income from persons order by income desc limit 3)', 'too-few-entities'],
  ]
  test.each(leaks)('%s', async (_story, sql, code) => {
    const answer = told(await run(sql))
    expect(answer.verdict).toBe('block')
    expect(answer.codes).toContain(code)
  })

  test('a spread of ten persons has nine degrees of freedom, a correlation of eleven as many', async () => {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const born = (await connection.runAndReadAll(`SELECT strftime(birth_date, '%Y-%m-%d') AS born, count(*) OVER (ORDER BY birth_date)::INTEGER AS until FROM '${tables.persons}' QUALIFY until <= 12 ORDER BY until`)).getRowObjects()
    connection.closeSync()
    instance.closeSync()
    const codes = async (figure: string, persons: number) => {
      const day = String(born.find(({ until }) => until === persons)?.['born'])
      return told(await run(`select ${figure} as f from persons where birth_date <= date '${day}'`)).codes.includes('few-degrees-of-freedom')
    }
    expect([await codes('stddev(income)', 10), await codes('stddev(income)', 11)]).toEqual([true, false])
    expect([await codes('corr(income, year(birth_date))', 11), await codes('corr(income, year(birth_date))', 12), await codes('avg(income)', 10)]).toEqual([true, false, false])
  })

  test('an unlisted function is refused before anything runs', async () => {
    expect(told(await run('select md5(person_id) as x from persons'))).toEqual({ verdict: 'refused', codes: ['function-not-allowed'] })
    expect(told(await run('select random() as x from persons group by district'))).toEqual({ verdict: 'refused', codes: ['function-not-allowed'] })
  })

  test('bits of all persons together are not counted as anybody’s figure', async () => {
    expect(told(await run('select bit_or(phone::bigint) as x from persons group by district')).verdict).toBe('block')
  })

  test('rows that vanish with their persons are found by running the job again', async () => {
    const answer = told(await run("select replace(replace(phone, '1', 'x'), '3', 'y') as code, income * 3 + 17 as v from persons", 2))
    expect(answer.codes).toContain('rows-follow-entities')
  })

  test('a statement that gives persons away only where their number is the true one is found by keeping that number', async () => {
    const many = 'select row_number() over (order by day, station) as i from air'
    const padded = (number: number): string => `with n as (select count(*) as c from persons), q as (${many}), p as (select phone, row_number() over (order by phone) as i from persons)
      select q.i, case when n.c = ${number} then replace(p.phone, '1', 'x') else 'xxxxxxxxxxx' end as v from q join n on true left join p on p.i = q.i`
    const findings = async (number: number): Promise<unknown[]> => {
      const outcome = await run(padded(number), 2)
      if (outcome.kind !== 'checked') throw new Error(JSON.stringify(outcome))
      return outcome.report.sections.flatMap((section) => section.findings).filter((finding) => finding.layer === 're-execution' && finding.verdict !== 'pass')
    }
    expect(await findings(6000)).toMatchObject([{ code: 'some-rows-return', evidence: { sizeRatio: 1, survival: 0 } }])
    expect(await findings(5999)).toEqual([])
  })
})

describe('statistics that tell nothing about one person pass', () => {
  const legitimate: readonly (readonly [string, string])[] = [
    ['persons by district and sex', 'select district, sex, count(*) as n from persons group by district, sex order by 1, 2'],
    ['average income by district', "select district as d, round(avg(income), 0) as a, count(distinct person_id) as n from persons where income < 900000 group by d order by 1"],
    ['a rate', "select district, 100.0 * count(*) filter (where disease = '慢性病') / count(*) as rate from persons group by 1 order by 1"],
    ['a rate as a sum of ones', "select sex, sum(case when disease = '慢性病' then 1 else 0 end) as sick from persons group by sex order by sex"],
    ['small cells dropped by HAVING', 'select district, disease, count(*) as n from persons group by district, disease having count(distinct person_id) >= 10 order by 1, 2'],
    ['the same with the name of the figure', 'select district, disease, count(*) as n from persons group by all having n >= 10 order by all'],
    ['from a subquery of rows', "select d, count(*) as n from (select district as d, year(birth_date) // 10 as decade from persons where sex = '女') as w group by d order by d"],
    ['computed from cells', "with c as (select district, count(*) as n from persons group by district) select district, n, 100.0 * n / sum(n) over () as share from c order by district"],
    ['two levels, first by person', 'select district, avg(total) as a from (select person_id, district, sum(income) as total from persons where income < 900000 group by person_id, district) as t group by district order by 1'],
  ]
  test.each(legitimate)('%s', async (_story, sql) => {
    expect(told(await run(sql))).toEqual({ verdict: 'pass', codes: [] })
  })

  test('and still pass when the job is run again', async () => {
    expect(told(await run('select district, sex, year(birth_date) as y, count(*) as n from persons where year(birth_date) between 1955 and 1975 group by all having count(distinct person_id) >= 12 order by all', 2)).verdict).not.toBe('failed')
    expect(told(await run('select district, count(*) as n from persons group by 1 order by 1', 2))).toEqual({ verdict: 'pass', codes: [] })
  })

  test('a quantile passes with many on both sides, goes to a reviewer with some, and is blocked with few', async () => {
    const ends = async (share: number): Promise<string> => told(await run(`select quantile_cont(income, ${share}) as m from persons where income < 900000`)).verdict
    expect(await ends(0.5)).toBe('pass')
    expect(await ends(0.997)).toBe('review')
    expect(await ends(0.999)).toBe('block')
  })
})

describe('a table without entities is not held back for ordinary numbers', () => {
  const ordinary: readonly (readonly [string, string])[] = [
    ['monthly averages', "select strftime(day, '%Y-%m') as month, station, round(avg(pm25), 1) as pm25, max(so2) as so2 from air group by all order by all"],
    ['the worst days', 'select * from air order by pm25 desc, day, station limit 10'],
    ['a window over days', 'select day, station, avg(pm25) over (partition by station order by day rows between 6 preceding and current row) as week from air order by 1, 2'],
  ]
  test.each(ordinary)('%s', async (_story, sql) => {
    expect(told(await run(sql, 1))).toEqual({ verdict: 'pass', codes: [] })
  })

  test('but its rows one by one are raw data, also behind a straight line', async () => {
    expect(told(await run('select * from air order by day, station')).codes).toEqual(['raw-rows'])
    expect(told(await run('select day, station, pm25 * 2 + 1 as x from air order by day, station')).codes).toEqual(['raw-rows'])
  })

  test('joined with persons it is counted like persons', async () => {
    const joined = 'select a.station, count(distinct p.person_id) as n from air a join persons p on p.birth_date = a.day - to_days(18000) group by a.station order by 1'
    expect(['pass', 'block']).toContain(told(await run(joined)).verdict)
    const single = 'select a.day, count(*) as n from air a join persons p on year(p.birth_date) + 50 = year(a.day) and month(p.birth_date) = month(a.day) and day(p.birth_date) = day(a.day) group by a.day'
    expect(told(await run(single)).codes).toContain('too-few-entities')
  })
})
