import { describe, expect, test } from 'vitest'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { entityLinks, halfRuns, mandatoryRuns, pairFigures, type Patterns, type ProbeOutcome } from '#core/disclosure-control/probe-plan.ts'
import { checkReExecution, nextRuns } from '#core/disclosure-control/re-execution.ts'

const policy = { minimumRows: 20, sizeRatio: 0.7, survivalFrom: 0.2, survivalTo: 0.8 }
const persons: EntityTable = { columns: ['person_id', 'income'], entityKey: ['person_id'], kind: 'person' }
const links = entityLinks(new Map([['persons', persons]]), ['persons'])

/** Runs: repeat, constant number, first half, second half; `patterns` by these places. */
const judge = (patterns: Patterns, sizes: readonly [number, number] = [100, 100], accounted = false, columns: readonly Patterns[] = []): string => {
  const rows = patterns.reduce((sum, [, number]) => sum + number, 0)
  const runs = [...mandatoryRuns(links), ...halfRuns(0, 2)]
  const made = (count: number) => ({ rows: count, bytes: count * 10, same: true, failed: null })
  const outcome: ProbeOutcome = { runs: [made(rows), made(rows), made(sizes[0]), made(sizes[1])], rows: patterns, columns }
  return checkReExecution(rows, { runs, links, otherForm: false, outcome }, policy, accounted).filter((finding) => finding.code !== 'repeatable').map((finding) => `${finding.code} ${finding.verdict}`).join(', ')
}
const [REPEAT, CONSTANT, FIRST, SECOND] = [1, 2, 4, 8]

describe('what comes back when half of the entities are others', () => {
  test('figures of many change: nothing comes back', () => {
    expect(judge([[REPEAT, 100]])).toBe('no-single-entity pass')
  })
  test('each row of one entity comes back with it, and never without', () => {
    expect(judge([[REPEAT | CONSTANT | SECOND, 48], [REPEAT | FIRST, 52]])).toBe('rows-follow-entities block')
    expect(judge([[REPEAT | CONSTANT | SECOND, 48], [REPEAT | FIRST, 52]], [100, 100], true)).toBe('rows-follow-entities block')
  })
  test('coarse values come back by chance, in both or in none: told, and for a person where nobody was counted', () => {
    const chance: Patterns = [[REPEAT, 25], [REPEAT | FIRST, 25], [REPEAT | CONSTANT | SECOND, 25], [REPEAT | CONSTANT | FIRST | SECOND, 25]]
    expect(judge(chance, [100, 100], true)).toBe('no-single-entity pass')
    expect(judge(chance)).toBe('some-rows-return review')
  })
  test('a statement that waits for the number of rows shows itself only where that number is kept', () => {
    expect(judge([[REPEAT, 52], [REPEAT | CONSTANT, 48]])).toBe('some-rows-return review')
  })
  test('a leaking column among changing ones is seen by its own values', () => {
    expect(judge([[REPEAT, 100]], [100, 100], true, [[[REPEAT | CONSTANT | SECOND, 50], [REPEAT | FIRST, 50]]])).toBe('rows-follow-entities block')
    expect(judge([[REPEAT, 100]], [100, 100], true, [[[REPEAT | CONSTANT | FIRST | SECOND, 100]]])).toBe('no-single-entity pass')
  })
  test('the edge of what is told apart', () => {
    const apart = (both: number): string => judge([[REPEAT | CONSTANT | SECOND, 50 - both], [REPEAT | FIRST, 50 - both], [REPEAT | CONSTANT | FIRST | SECOND, both], [REPEAT, both]], [100, 100], true)
    expect(apart(6)).toBe('rows-follow-entities block')
    expect(apart(7)).toBe('no-single-entity pass')
  })
  test('a result that shrinks with its entities is made of them, unless many were counted behind each row', () => {
    expect(judge([[REPEAT, 100]], [69, 69])).toBe('size-follows-entities block')
    expect(judge([[REPEAT, 100]], [71, 70])).toBe('no-single-entity pass')
    expect(judge([[REPEAT, 100]], [69, 69], true)).toBe('no-single-entity pass')
  })
  test('few rows prove nothing either way', () => {
    expect(judge([[REPEAT | CONSTANT | SECOND, 9], [REPEAT | FIRST, 10]], [9, 9])).toBe('few-rows-probed pass')
  })
})

describe('halves are run one by one, where the run before leaves a question open', () => {
  /** Of a hundred rows so many came back when half of the entities were replaced. */
  const after = (back: number, more: Partial<ProbeOutcome['runs'][number]> = {}, columns: readonly Patterns[] = []): ProbeOutcome => {
    const made = { rows: 100, bytes: 1000, same: true, failed: null }
    return { runs: [made, { ...made, ...more }], rows: [[REPEAT, 100 - back], [REPEAT | CONSTANT, back]], columns }
  }
  const halves = (outcome: ProbeOutcome): number => nextRuns({ runs: mandatoryRuns(links), outcome }, links, true, policy, 2).length
  /** How many more follow the first half, with these rows by the runs in which they came back. */
  const afterHalf = (rows: Patterns, accounted = true): number => {
    const [repeat, constant] = after(0).runs
    const runs = repeat === undefined || constant === undefined ? [] : [repeat, constant, constant]
    return nextRuns({ runs: [...mandatoryRuns(links), ...halfRuns(0, 1)], outcome: { runs, rows, columns: [] } }, links, accounted, policy, 2).length
  }
  test('first the runs that every job gets, and after both halves no more', () => {
    expect(nextRuns(null, links, true, policy, 2)).toEqual(mandatoryRuns(links))
    const [repeat] = after(50).runs
    const all = [...mandatoryRuns(links), ...halfRuns(0, 2)]
    expect(nextRuns({ runs: all, outcome: { ...after(50), runs: repeat === undefined ? [] : all.map(() => repeat) } }, links, true, policy, 2)).toEqual([])
  })
  test('rows that come back with half of the entities may be theirs: the other half is looked at', () => {
    expect(nextRuns({ runs: mandatoryRuns(links), outcome: after(50) }, links, false, policy, 2)).toEqual(halfRuns(0, 1))
    expect(halves(after(50))).toBe(1)
    expect(halves(after(0, {}, [[[REPEAT | CONSTANT, 50], [REPEAT, 50]]]))).toBe(1)
  })
  test('the second half only where it could still be apart from the first, and counting does not hold the result back', () => {
    const back = (share: number): Patterns => [[REPEAT | CONSTANT | FIRST, share / 2], [REPEAT | FIRST, share / 2], [REPEAT | CONSTANT, 100 - share]]
    expect([afterHalf(back(18)), afterHalf(back(20)), afterHalf(back(84)), afterHalf(back(86))]).toEqual([0, 1, 1, 0])
    expect(afterHalf(back(50), false)).toBe(0)
    expect(afterHalf([[REPEAT | CONSTANT, 50], [REPEAT | FIRST, 50]])).toBe(0)
  })
  test('where nothing comes back, or all of it, no half could be apart', () => {
    expect(halves(after(0))).toBe(0)
    expect(halves(after(100))).toBe(0)
    expect([halves(after(19)), halves(after(20))]).toEqual([0, 1])
    expect([halves(after(84)), halves(after(85))]).toEqual([1, 0])
  })
  test('nor where a run failed or differed, or rows are few', () => {
    expect(halves(after(50, { failed: 'job-failed' }))).toBe(0)
    const [, constant] = after(50).runs
    expect(halves({ ...after(50), runs: constant === undefined ? [] : [{ ...constant, same: false }, constant] })).toBe(0)
    expect(halves({ ...after(50), runs: constant === undefined ? [] : [{ ...constant, rows: 19 }, constant] })).toBe(0)
  })
  test('what is said without them', () => {
    const findings = checkReExecution(100, { runs: mandatoryRuns(links), links, otherForm: false, outcome: after(0) }, policy, true)
    expect(findings.at(-1)).toMatchObject({ code: 'no-single-entity', verdict: 'pass', evidence: { halves: 0, constantSurvival: 0 } })
    expect(findings.at(-1)?.message).toContain('未再作')
  })
})

describe('runs that fail or differ', () => {
  const outcome = (made: ProbeOutcome['runs']): ProbeOutcome => ({ runs: made, rows: [[1, 30]], columns: [] })
  const good = { rows: 30, bytes: 300, same: true, failed: null }
  const codes = (made: ProbeOutcome['runs']): string[] => checkReExecution(30, { runs: [...mandatoryRuns(links), ...halfRuns(0, 1)], links, otherForm: false, outcome: outcome(made) }, policy, true).map((finding) => `${finding.code} ${finding.verdict}`)
  test('another answer to the same input cannot be reviewed', () => {
    expect(codes([{ ...good, same: false }, good, good])).toEqual(['not-repeatable block'])
    expect(codes([{ ...good, failed: 'job-failed' }, good, good])).toEqual(['not-repeated review'])
  })
  test('a statement that was judged in another form must answer the same in it', () => {
    const judged = (repeat: ProbeOutcome['runs'][number]) => checkReExecution(30, { runs: [...mandatoryRuns(links), ...halfRuns(0, 1)], links, otherForm: true, outcome: outcome([repeat, good, good]) }, policy, true)
    expect(judged({ ...good, same: false })).toMatchObject([{ code: 'not-repeatable', verdict: 'block', evidence: { form: 'plain-form-differs' } }])
    expect(judged({ ...good, same: false, failed: 'job-failed' })).toMatchObject([{ code: 'not-repeatable', verdict: 'block', evidence: { failure: 'job-failed' } }])
    expect(judged(good).map(({ verdict }) => verdict)).toEqual(['pass', 'pass'])
  })
  test('a statement that fails with other entities says so, and a person judges', () => {
    expect(codes([good, { ...good, failed: 'job-failed' }, good])).toEqual(['repeatable pass', 'fails-with-other-entities review'])
  })
  test('the constant-number run is mandatory', () => {
    const runs = [{ kind: 'repeat' } as const]
    expect(checkReExecution(30, { runs, links, otherForm: false, outcome: outcome([good]) }, policy, true)).toMatchObject([{ verdict: 'pass' }, { code: 'constant-number-not-run', verdict: 'review' }])
    expect(checkReExecution(30, { runs, links: [], otherForm: false, outcome: outcome([good]) }, policy, true)).toMatchObject([{ verdict: 'pass' }])
  })
})

test('each kind in turn, with every table that names it', () => {
  const tables = new Map<string, EntityTable>([
    ['persons', persons],
    ['employments', { columns: ['person_id', 'Credit_Code', 'since'], entityKey: ['person_id'], kind: 'person' }],
    ['enterprises', { columns: ['credit_code', 'industry'], entityKey: ['credit_code'], kind: 'enterprise' }],
    ['air', { columns: ['day', 'pm25'], entityKey: [] }],
  ])
  expect(entityLinks(tables, ['employments', 'enterprises', 'air'])).toEqual([
    { kind: 'enterprise', tables: [{ table: 'employments', key: ['Credit_Code'] }, { table: 'enterprises', key: ['credit_code'] }] },
    { kind: 'person', tables: [{ table: 'employments', key: ['person_id'] }] },
  ])
  expect(entityLinks(tables, ['air'])).toEqual([])
  expect(mandatoryRuns(entityLinks(tables, ['employments', 'enterprises']))).toEqual([
    { kind: 'repeat' }, { kind: 'constant-number', entity: 0, bit: 0, side: 0 }, { kind: 'constant-number', entity: 1, bit: 0, side: 0 },
  ])
  expect(halfRuns(1, 3)).toEqual([{ kind: 'half', entity: 1, bit: 0, side: 0 }, { kind: 'half', entity: 1, bit: 0, side: 1 }, { kind: 'half', entity: 1, bit: 1, side: 0 }])
  expect(pairFigures([[1, 3], [3, 4], [2, 5]], 0, 1)).toEqual({ of: 12, first: 7, second: 9, both: 4 })
})
