import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { beforeAll, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { noisyAnswer } from './noisy-answer.ts'
import { answerSensitivity, exactFiguresSql, noiseMargin, noisyCells, questionRefusal } from './noisy-statistics.ts'
import type { UniformBelow } from './exact-noise.ts'
import type { NoisyQuestion, NoisyTerms } from './noisy-statistics.ts'

const schema = tableSchema.parse({
  name: 'visits', title: '就诊', entity: { kind: 'person', key: ['id'] },
  columns: [
    { name: 'id', title: '证件号', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'district', title: '区', type: 'text', nullable: true },
    { name: 'days', title: '住院天数', type: 'integer', nullable: true },
  ],
})
const terms: NoisyTerms = { milliEpsilon: 1000, bounds: { days: { least: 0, most: 10 } }, domains: { district: ['东', '西', "n'北"] }, groupsPerEntity: 1 }
const count: NoisyQuestion = { statistic: 'count', column: null, groups: ['district'], milliEpsilon: 100 }
const sum: NoisyQuestion = { statistic: 'sum', column: 'days', groups: [], milliEpsilon: 100 }

describe('a question with noise', () => {
  test.each<[string, Partial<NoisyQuestion>, string | null]>([
    ['within the terms', {}, null], ['of the whole table', { groups: [] }, null],
    ['by a column without declared values', { groups: ['days'] }, 'group-domain-must-be-declared'],
    ['by a column that every record answers for', { groups: ['toString'] }, 'group-domain-must-be-declared'],
    ['by a column twice', { groups: ['district', 'district'] }, 'groups-must-be-few'],
    ['for a total without bounds', { statistic: 'sum', column: 'district' }, 'contribution-must-be-bounded'],
    ['for a total of nothing', { statistic: 'sum' }, 'contribution-must-be-bounded'],
    ['for a count of a column', { column: 'days' }, 'count-must-name-no-column'],
  ])('%s', (_story, change, code) => expect(questionRefusal({ ...count, ...change }, terms, schema)?.code ?? null).toBe(code))

  test('of measurements that are about nobody is none, and one of too many cells is refused', () => {
    expect(questionRefusal(count, terms, tableSchema.parse({ ...schema, entity: { kind: 'none', key: [] }, columns: schema.columns.map((column) => ({ ...column, role: 'ordinary' })) }))?.code).toBe('table-must-be-about-entities')
    const wide = Array.from({ length: 101 }, (_, at) => `v${at}`)
    const many = { ...terms, domains: { district: wide, days: wide } }
    expect(questionRefusal({ ...count, groups: ['district', 'days'] }, many, schema)?.code).toBe('answer-must-be-small')
    expect(questionRefusal({ ...count, groups: ['district', 'days'] }, { ...many, domains: { district: wide.slice(1), days: wide.slice(1) } }, schema)).toBeNull()
  })

  test('costs noise of the size of what one entity can change in all figures together', () => {
    expect([answerSensitivity(count, terms), answerSensitivity(sum, terms), answerSensitivity({ ...sum, groups: ['district'] }, { ...terms, groupsPerEntity: 2 })]).toEqual([1n, 10n, 20n])
    // More groups than there are cannot be touched.
    expect(answerSensitivity(count, { ...terms, groupsPerEntity: 100 })).toBe(3n)
    expect(noiseMargin(count, terms)).toBe(30)
  })
})

describe('the exact figures', () => {
  let connection: DuckDBConnection
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run(`CREATE TABLE visits AS SELECT * FROM (VALUES ('a', '东', 3::BIGINT), ('a', '东', 9), ('a', '西', 1), ('b', '东', -5), ('b', '南', 2), ('c', 'n''北', NULL), (NULL, '东', 4), ('d', NULL, 5)) AS v(id, district, days)`)
  })
  const figures = async (question: NoisyQuestion, changed: Partial<NoisyTerms> = {}): Promise<unknown[][]> =>
    (await connection.runAndReadAll(exactFiguresSql(question, { ...terms, ...changed }, 'visits', ['id']))).getRows().map((row) => row.map(String)).toSorted()

  test('count each entity once in a group, in as many groups as are allowed, and only in declared ones', async () => {
    expect(await figures(count, { groupsPerEntity: 2 })).toEqual([["n'北", '1'], ['东', '2'], ['西', '1']])
    const once = await figures(count)
    // Of the two groups of one entity one is left, always the same.
    expect(once.reduce((all, [, n]) => all + Number(n), 0)).toBe(3)
    expect(await figures(count)).toEqual(once)
    expect(await figures({ ...count, groups: [] })).toEqual([['4']])
  })
  test('total what each entity has, within the bounds', async () => {
    // a: 13 → 10, b: -3 → 0, d: 5; c has no value and the row without a key is nobody's.
    expect(await figures(sum)).toEqual([['15']])
    expect(await figures({ ...sum, groups: ['district'] }, { groupsPerEntity: 3 })).toEqual([['东', '10'], ['西', '1']])
  })
})

describe('the noisy figures', () => {
  /** Draws from a list that goes round, so that each run draws the same; long enough for every chance to come out both ways. */
  const drawn = (): UniformBelow => {
    let at = 0
    return (bound) => {
      at += 1
      return (BigInt(at) * 0x9e3779b97f4a7c15n >> 7n) % bound
    }
  }
  test('are there for every declared group, also for those without anybody', () => {
    // At ε=1000 a figure is off by one with a probability of e to the minus 1000.
    const cells = noisyCells({ ...count, milliEpsilon: 1_000_000 }, terms, [['东', '7']], drawn())
    expect(cells.map(({ groups }) => groups)).toEqual([['东'], ['西'], ["n'北"]])
    const [east = 0n, west = 0n] = cells.map(({ value }) => value)
    expect(east - west).toBe(7n)
  })
  test('come with what they cost and the bounds, as a line of the gate', () => {
    const answer = noisyAnswer({ ...sum, milliEpsilon: 250 }, terms, [{ groups: [], value: -3n }], { entry: 'e', table: '就诊', version: 'v', rules: { version: 2, digest: 'd' }, leftMilliEpsilon: 750 })
    expect(answer).toMatchObject({
      cells: [{ groups: [], value: '-3' }], margin: 120,
      finding: { layer: 'noisy-statistics', verdict: 'pass', evidence: { milli_epsilon: 250, left_milli_epsilon: 750, budget_milli_epsilon: 1000, sensitivity: '10', groups_per_entity: 1, least: 0, most: 10 } },
    })
    expect(answer.finding.message).toContain('ε=0.25')
  })
})
