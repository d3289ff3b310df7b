import { describe, expect, test } from 'vitest'
import type { ContributorPlan } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { checkEntityMinimum } from '#core/disclosure-control/entity-minimum.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'
import { gravest } from '#core/disclosure-control/finding.ts'
import { identifierKindsOf } from '#core/disclosure-control/identifier-patterns.ts'
import { checkPersonalIdentifiers } from '#core/disclosure-control/personal-identifiers.ts'
import { sketchHash } from '#adapters/sandbox/sketch-hash.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { isCellOf, type Cell, type CellKind, type TypedResult } from '#core/disclosure-control/typed-result.ts'
import { checkValueContainment } from '#core/disclosure-control/value-containment.ts'

const table = (columns: readonly (readonly [string, CellKind])[], rows: readonly (readonly Cell[])[]): TypedResult =>
  ({ columns: columns.map(([name, kind]) => ({ name, kind, type: kind })), rows })
const texts = (values: readonly string[]): TypedResult => table([['x', 'text']], values.map((value) => [value]))

describe('identifiers are told by form and check digit', () => {
  test.each([
    ['11010519491231002X', 'resident-id'], ['440524188001010014', 'resident-id'], ['91350100M000100Y43', 'credit-code'],
    ['13800138000', 'mobile'], ['4111 1111 1111 1111', 'bank-card'], ['京A12345', 'plate'], ['粤B·D12345', 'plate'],
  ])('%s is a %s', (value, kind) => { expect(identifierKindsOf(value)).toContain(kind) })
  test.each(['110105194912310021', '11010519490231002X', '91350100M000100Y44', '12800138000', '4111111111111112', '京I12345', '2026-11-21', '12345.678'])('%s is none', (value) => {
    expect(identifierKindsOf(value)).toEqual([])
  })

  const policy: DisclosurePolicy['identifiers'] = {
    columnShare: 0.9, columnMinimum: 50,
    verdicts: { 'resident-id': 'block', 'credit-code': 'review', mobile: 'block', 'bank-card': 'pass', plate: 'block' },
  }
  const phones = (hits: number, others: number): TypedResult =>
    texts([...Array.from({ length: hits }, (_, i) => `139${String(10_000_000 + i)}`), ...Array.from({ length: others }, () => '无')])
  test('a column from the share and the number on; below both a person looks', () => {
    expect(checkPersonalIdentifiers(phones(45, 5), policy, false)).toMatchObject([{ verdict: 'block', code: 'identifier-column' }])
    expect(checkPersonalIdentifiers(phones(44, 6), policy, false)).toMatchObject([{ verdict: 'review', code: 'identifier-hits' }])
    expect(checkPersonalIdentifiers(phones(49, 0), policy, false)).toMatchObject([{ verdict: 'review' }])
    expect(checkPersonalIdentifiers(phones(0, 50), policy, false)).toMatchObject([{ verdict: 'pass' }])
  })
  test('also between other words', () => {
    expect(checkPersonalIdentifiers(texts(['电话：13912345678，已核']), policy, true)).toMatchObject([{ verdict: 'review', evidence: { kind: '手机号码' } }])
  })
})

describe('rare source values in an output', () => {
  const policy = { rareFrequency: 5, blockShare: 0.2, minimumMatches: 3 }
  const profile = (values: readonly string[], chance = 0): ColumnProfile =>
    ({ table: 't', column: 'c', role: 'sensitive', rareValues: values.length, chance, sketches: [{ form: 'raw', hashes: new Set(values.map(sketchHash)), below: null }] })
  const rare = Array.from({ length: 100 }, (_, i) => `r${i}`)
  const output = (matches: number, others: number): TypedResult => texts([...rare.slice(0, matches), ...Array.from({ length: others }, (_, i) => `o${i}`)])
  test('blocked at the share, passed below it', () => {
    expect(checkValueContainment(output(20, 80), [profile(rare)], sketchHash, policy, false)).toMatchObject([{ verdict: 'block' }])
    expect(checkValueContainment(output(19, 81), [profile(rare)], sketchHash, policy, false)).toMatchObject([{ verdict: 'pass' }])
  })
  test('two matches are for a person to judge, three are not', () => {
    expect(checkValueContainment(output(2, 1), [profile(rare)], sketchHash, policy, false)).toMatchObject([{ verdict: 'review' }])
    expect(checkValueContainment(output(3, 1), [profile(rare)], sketchHash, policy, false)).toMatchObject([{ verdict: 'block' }])
  })
  test('what chance explains does not count', () => {
    expect(checkValueContainment(output(30, 70), [profile(rare, 0.3)], sketchHash, policy, false)).toMatchObject([{ verdict: 'pass' }])
    // Of four small whole numbers all are in a column that has nearly every one of them; of a hundred that is no chance.
    expect(checkValueContainment(output(4, 0), [profile(rare, 0.9)], sketchHash, policy, false)).toMatchObject([{ verdict: 'pass' }])
    expect(checkValueContainment(output(100, 0), [profile(rare, 0.9)], sketchHash, policy, false)).toMatchObject([{ verdict: 'block' }])
  })
  test('numbers are compared by value, not by closing zeros', () => {
    const amounts = table([['x', 'decimal']], [['12.50'], ['7.00'], ['3.25']])
    expect(checkValueContainment(amounts, [profile(['12.5', '7', '3.25'])], sketchHash, policy, false)).toMatchObject([{ verdict: 'block' }])
  })
  test('a sketch of the smallest hashes judges by those alone', () => {
    const hashes = rare.map(sketchHash).toSorted()
    const below = hashes[50] ?? ''
    const sketched: ColumnProfile = { ...profile(rare), sketches: [{ form: 'raw', hashes: new Set(hashes.filter((hash) => hash < below)), below }] }
    expect(checkValueContainment(texts(rare), [sketched], sketchHash, policy, false)).toMatchObject([{ verdict: 'block', evidence: { matches: 50, values: 50 } }])
  })
})

describe('entities behind a figure', () => {
  const policy: DisclosurePolicy['cells'] = { minimumEntities: 10, largestTwoShare: 0.9, othersToLargest: 0.1, degreesOfFreedom: 10, zeroCells: 'review', extremes: 'block', quantiles: 'review' }
  const plan: ContributorPlan = { kind: 'cells', tables: [], finals: [{}] }
  const judge = (...rows: readonly (readonly [faults: number, rows: number])[]) => {
    const counts = table([['faults', 'long'], ['rows', 'long']], rows.map(([faults, count]) => [String(faults), String(count)]))
    return checkEntityMinimum(plan, [counts], policy).map((finding) => `${finding.code} ${finding.verdict}`)
  }
  test('each fault of a row that leaves has its rule', () => {
    expect(judge([0, 5])).toEqual(['enough-entities pass'])
    expect(judge([0, 4], [faultBits.tooFew, 1])).toEqual(['too-few-entities block'])
    expect(judge([faultBits.tooFew | faultBits.dominated, 1])).toEqual(['too-few-entities block', 'dominated-total block'])
    expect(judge([faultBits.quantileNear, 1], [0, 1])).toEqual(['quantile-value review'])
  })
  test('nobody in some rows is for a person to judge, in all of them it is the answer itself', () => {
    expect(judge([0, 1], [faultBits.nobody, 1])).toEqual(['zero-cells review'])
    expect(judge([faultBits.nobody, 2])).toEqual(['zero-cells block'])
  })
  test('not counted is not passed', () => {
    expect(checkEntityMinimum(plan, null, policy)).toMatchObject([{ verdict: 'block', code: 'entities-not-counted' }])
    expect(checkEntityMinimum({ kind: 'no-entities', raw: false }, [], policy)).toMatchObject([{ verdict: 'pass' }])
    expect(checkEntityMinimum({ kind: 'microdata', reason: 'row-level', classes: null }, [], policy)).toMatchObject([{ verdict: 'block' }])
  })
})

test('the gravest verdict stands, and nothing examined is no pass', () => {
  expect(gravest(['pass', 'block', 'review'])).toBe('block')
  expect(gravest(['pass', 'review'])).toBe('review')
  expect(gravest([])).toBe('review')
})

test('what a worker sends is believed only where it fits the column', () => {
  expect(isCellOf('integer', 3)).toBe(true)
  expect(isCellOf('integer', 3.5)).toBe(false)
  expect(isCellOf('long', '12')).toBe(true)
  expect(isCellOf('long', 12)).toBe(false)
  expect(isCellOf('decimal', '1e5')).toBe(false)
  expect(isCellOf('text', { x: 1 })).toBe(false)
  expect(isCellOf('double', 'NaN')).toBe(true)
})
