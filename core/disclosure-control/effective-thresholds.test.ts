import { expect, test } from 'vitest'
import type { Threshold } from '#core/pack/pack-format.ts'
import { readPack } from '#adapters/packs/read-pack.ts'
import { disclosurePolicyOf } from './policy-from-pack.ts'
import { effectiveThresholds, raisedSince, thresholdFaults, valuesInEffect, withNewThresholds, type ProviderThresholds } from './effective-thresholds.ts'

const pack: Readonly<Record<string, Threshold>> = readPack('packs/national-authorization-2025').source.thresholds
const own = (version: number, values: ProviderThresholds['values']): ProviderThresholds => ({ provider: '某局', entry: 'entry-1', version, values })
const valueOf = (id: string, ...asked: ProviderThresholds[]) => effectiveThresholds(pack, asked).find((one) => one.id === id)

test('the strictest of the pack and all providers holds, and is told whose it is', () => {
  expect(valueOf('cells-minimum-entities')).toMatchObject({ value: 10, source: { kind: 'platform-default' } })
  expect(valueOf('cells-minimum-entities', own(3, { 'cells-minimum-entities': 20 }))).toMatchObject({ value: 20, source: { kind: 'provider', provider: '某局', version: 3 } })
  expect(valueOf('cells-minimum-entities', own(3, { 'cells-minimum-entities': 20 }), own(4, { 'cells-minimum-entities': 15 }))).toMatchObject({ value: 20, source: { version: 3 } })
  expect(valueOf('cells-largest-two-share', own(1, { 'cells-largest-two-share': 0.8 }))).toMatchObject({ value: 0.8 })
  expect(valueOf('cells-zero', own(1, { 'cells-zero': 'block' }))).toMatchObject({ value: 'block' })
})

test('what asks for less changes nothing, and is refused where it is set', () => {
  expect(valueOf('cells-minimum-entities', own(1, { 'cells-minimum-entities': 9 }))).toMatchObject({ value: 10, source: { kind: 'platform-default' } })
  expect(thresholdFaults(pack, { 'cells-minimum-entities': 9 })).toMatchObject([{ code: 'threshold-must-be-stricter' }])
  expect(thresholdFaults(pack, { 'cells-minimum-entities': 10, 'cells-extremes': 'block' })).toEqual([])
  expect(thresholdFaults(pack, { 'cells-extremes': 'review' })).toMatchObject([{ code: 'threshold-must-be-stricter' }])
  expect(thresholdFaults(pack, { 'cells-extremes': 3 })).toMatchObject([{ code: 'threshold-of-another-kind' }])
  expect(thresholdFaults(pack, { 'no-such-threshold': 3 })).toMatchObject([{ code: 'threshold-unknown' }])
})

test('a report answers for the thresholds by which it was made, until one of them becomes stricter', () => {
  const judged = effectiveThresholds(pack, [own(1, { 'cells-minimum-entities': 20, 'cells-zero': 'block' })])
  const now = (values: ProviderThresholds['values']) => raisedSince(judged, effectiveThresholds(pack, [own(2, values)])).map(({ id }) => id)
  expect([now({}), now({ 'cells-minimum-entities': 20, 'cells-zero': 'block' }), now({ 'cells-minimum-entities': 15 })]).toEqual([[], [], []])
  expect(now({ 'cells-minimum-entities': 21, 'cells-largest-two-share': 0.8, 'cells-zero': 'block' })).toEqual(['cells-largest-two-share', 'cells-minimum-entities'])
})

test('every threshold of the pack has a side on which it is stricter', () => {
  for (const [id, { value }] of Object.entries(pack)) {
    const tighter = typeof value === 'number' ? [value - 0.001, value + 0.001] : ['block' as const]
    const accepted = tighter.filter((asked) => thresholdFaults(pack, { [id]: asked }).length === 0)
    expect(accepted.length, id).toBe(1)
  }
  expect(disclosurePolicyOf(valuesInEffect(effectiveThresholds(pack, [])))).toEqual(disclosurePolicyOf(pack))
})

test('an agreement keeps the thresholds it was made under, and is judged by new checks as the current edition says', () => {
  const { 'tries-most': newer, ...rest } = pack
  const edition = { ...rest, 'cells-minimum-entities': { ...pack['cells-minimum-entities'], value: 12 } as Threshold } // the pack has it, as the first test shows
  const both = withNewThresholds(edition, pack)
  expect([both['tries-most'], both['cells-minimum-entities']?.value]).toEqual([newer, 12])
})
