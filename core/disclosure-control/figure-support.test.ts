import { describe, expect, test } from 'vitest'
import { areOtherRows, canSubtract, rowsMark, saysAsMuch, supportMarks } from '#core/disclosure-control/figure-support.ts'
import type { Measure } from '#core/disclosure-control/contributor-measures.ts'
import { entitySetsOf, type DescribedSet } from '#core/disclosure-control/entity-sets.ts'
import { nearSets } from '#core/disclosure-control/near-sets.ts'
import { checkReleaseLedger } from '#core/disclosure-control/release-ledger.ts'
import { range, setOf } from '#tests/support/entity-sets.ts'

const measure = (functionName: string, more: Partial<Measure> = {}): Measure => ({
  kind: functionName.startsWith('count') ? 'count' : 'total', functionName, conditional: false, compound: false, ofKeys: false, keysOf: '', paired: false, curved: false, branches: 0, fractions: [], shown: null, ...more,
})
const persons = measure('count', { ofKeys: true, keysOf: 'person' })

describe('what the figures of a cell say of its entities', () => {
  test.each([
    ['their number', [measure('count_star')], false, '#:'],
    ['the number of their rows', [measure('count_star')], true, '@:'],
    ['their keys', [persons], true, '#'],
    ['a mean', [measure('avg')], false, '=:'],
    ['a mean of how many', [measure('avg'), measure('count_star')], false, ':'],
    ['a total', [measure('sum')], false, ':'],
    ['how many of them fulfil a condition', [measure('count_star', { conditional: true })], false, ':'],
    ['nothing but that they are there', [], false, ''],
  ] as const)('%s', (_, measures, several, marks) => { expect(supportMarks(measures, 'person', several)).toBe(marks) })
  test('the staff of enterprises is another count of enterprises, and the count of persons', () => {
    expect([supportMarks([persons], 'enterprise', true), supportMarks([persons], 'person', true)]).toEqual(['@:', '#'])
  })
  test('how many are here and what they earn on average there give nothing; two of one sort do', () => {
    expect([canSubtract('person#', 'person='), canSubtract('person=', 'person#+')]).toEqual(['no', 'no'])
    expect([canSubtract('person#', 'person#'), canSubtract('person=', 'person='), canSubtract('person', 'person='), canSubtract('person=', 'person@')]).toEqual(['yes', 'yes', 'yes', 'yes'])
    expect([canSubtract('enterprise#', 'enterprise@~'), canSubtract('person#|total', 'person=|total')]).toEqual(['perhaps', 'yes'])
    expect([saysAsMuch('person', 'person='), saysAsMuch('person#', 'person='), saysAsMuch('person#', 'person#')]).toEqual([true, false, true])
  })
})

test('entities with other rows of the same table are no pair; where rows look otherwise elsewhere, only within one result', () => {
  const [marks, visits] = ['person@%0000000a~', `person#${rowsMark('0000000a', false)}${rowsMark('0000000b', false)}~`]
  expect([areOtherRows(marks, visits), areOtherRows(marks, 'person#~'), areOtherRows(marks, 'person#%0000000c~')]).toEqual([true, false, false])
  const local = `person#${rowsMark('0000000a', true)}~`
  expect([areOtherRows(local, local), areOtherRows(local, local, true)]).toEqual([false, true])
})

describe('in the ledger', () => {
  const codes = (fresh: readonly DescribedSet[], ...earlier: readonly DescribedSet[]) =>
    checkReleaseLedger(nearSets(entitySetsOf(fresh), [{ release: 'r1', sets: entitySetsOf(earlier) }], 10), 10).map(({ code, verdict }) => `${code} ${verdict}`)
  const all = range(0, 500)
  test('a number of all and an average of all but one are no pair; two averages are, whoever was counted beside them', () => {
    expect(codes([setOf(range(1, 500), 'person=:')], setOf(all, 'person#'))).toEqual(['no-difference-by-few pass'])
    expect(codes([setOf(range(1, 500), 'person=:')], setOf(all, 'person=:'))).toEqual(['differs-from-earlier-by-few block'])
    expect(codes([setOf(all, 'person=:')], setOf(all, 'person#'), setOf(range(1, 500), 'person=:'))).toEqual(['differs-from-earlier-by-few block'])
    expect(codes([setOf(all, 'person=:')], setOf(all, 'person=:'), setOf(range(1, 500), 'person=:'))).toEqual(['no-difference-by-few pass'])
  })
  test('enterprises and the staff of all but one of them are for a person to judge', () => {
    expect(codes([setOf(range(1, 500), 'enterprise@:~')], setOf(all, 'enterprise#'))).toEqual(['counts-of-others-differ-by-few review'])
    expect(codes([setOf(range(1, 500), 'enterprise#')], setOf(all, 'enterprise#'))).toEqual(['differs-from-earlier-by-few block'])
  })
  test('where entities have several rows, figures that count no entities are compared by what each puts in, not by who is there', () => {
    const subjects = (marks: string, origin: number) => [setOf(range(0, 500), `person${marks}~`), setOf(range(0, 499), `person${marks}~`)].map((set, position) => ({ ...set, origin: position * origin }))
    expect(codes(subjects('=:', 0))).toEqual(['no-difference-by-few pass'])
    expect(codes(subjects('', 0))).toEqual(['figures-subtract-to-few block'])
    expect(codes(subjects(':', 1))).toEqual(['no-difference-by-few pass'])
    expect(codes(subjects('', 1))).toEqual(['figures-subtract-to-few block'])
    expect(codes([...subjects(':', 1), setOf(range(0, 500), 'person:|total'), setOf(range(1, 500), 'person:|total')])).toEqual(['figures-subtract-to-few block'])
  })
})

test('what several figures leave is nothing new where it is a shown cell of enough entities', () => {
  const part = range(0, 10)
  const codes = (...fresh: readonly DescribedSet[]) => checkReleaseLedger(nearSets(entitySetsOf(fresh), [], 10), 10).map(({ code }) => code)
  const [rows, column, cell] = [setOf(range(0, 400)), setOf([...part, ...range(1000, 1400)]), setOf([...range(10, 400), ...range(1000, 1400)])]
  expect(codes(rows, column, cell)).toEqual(['no-difference-by-few'])
  const few = range(0, 9)
  expect(codes(setOf(range(0, 400)), setOf(range(9, 200)), setOf(range(200, 400)))).toEqual(['combination-leaves-few'])
  expect(codes(setOf(range(0, 400)), setOf(range(9, 200)), setOf(range(200, 400)), setOf(few))).toEqual(['combination-leaves-few'])
  expect(codes(setOf(range(0, 400)), setOf(range(10, 200)), setOf(range(200, 400)), setOf(part))).toEqual(['no-difference-by-few'])
})
