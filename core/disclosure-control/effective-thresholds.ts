import type { Basis } from '#core/pack/basis.ts'
import type { Threshold } from '#core/pack/pack-format.ts'

/** Which way a threshold is stricter: at a lower or a higher number, or at a graver verdict. */
export type Stricter = 'lower' | 'higher' | 'graver'

const STRICTER: Readonly<Record<string, Stricter>> = {
  'output-cell-bytes': 'lower', 'output-columns': 'lower', 'output-raw-rows': 'lower',
  'identifier-column-share': 'lower', 'identifier-column-minimum': 'lower',
  'identifier-resident-id': 'graver', 'identifier-credit-code': 'graver', 'identifier-mobile': 'graver', 'identifier-bank-card': 'graver', 'identifier-plate': 'graver',
  'containment-rare-frequency': 'higher', 'containment-block-share': 'lower', 'containment-minimum-matches': 'lower',
  'cells-minimum-entities': 'higher', 'cells-largest-two-share': 'lower', 'cells-others-to-largest': 'higher', 'cells-degrees-of-freedom': 'higher',
  'shape-r-squared': 'lower', 'shape-minimum-values': 'lower',
  'microdata-k': 'higher', 'microdata-l': 'higher', 'microdata-t': 'lower',
  'cells-zero': 'graver', 'cells-extremes': 'graver', 'cells-quantiles': 'graver',
  'probe-minimum-rows': 'lower', 'probe-size-ratio': 'higher', 'probe-survival-from': 'lower', 'probe-survival-to': 'higher', 'probe-halves': 'higher',
  'shown-days': 'higher', 'shown-most': 'higher', 'shown-differ': 'higher',
  'tries-days': 'higher', 'tries-most': 'lower', 'tries-of-one-shape': 'lower',
}

const GRAVITY = ['pass', 'review', 'block']

/** What a provider asks for its own catalog entry, in a numbered version. */
export interface ProviderThresholds {
  readonly provider: string
  readonly entry: string
  readonly version: number
  readonly values: Readonly<Record<string, Threshold['value']>>
}

/** A threshold that a report was judged by, and whose it is. */
export interface EffectiveThreshold {
  readonly id: string
  readonly title: string
  readonly value: Threshold['value']
  /** The pack's provision or platform default, or the provider who asked for more. */
  readonly source: { readonly kind: 'provision' | 'platform-default'; readonly basis: string } | { readonly kind: 'provider'; readonly provider: string; readonly entry: string; readonly version: number }
}

export interface ThresholdFault {
  readonly id: string
  readonly code: 'threshold-unknown' | 'threshold-must-be-stricter' | 'threshold-of-another-kind'
  readonly message: string
}

/** What is wrong with the thresholds that a provider asks for: a provider may ask for more than the pack, never for less. */
export function thresholdFaults(pack: Readonly<Record<string, Threshold>>, values: ProviderThresholds['values']): readonly ThresholdFault[] {
  return Object.entries(values).flatMap(([id, value]): ThresholdFault[] => {
    const known = pack[id]
    if (known === undefined || STRICTER[id] === undefined) return [{ id, code: 'threshold-unknown', message: `没有“${id}”这一阈值。` }]
    if (typeof known.value !== typeof value) return [{ id, code: 'threshold-of-another-kind', message: `“${known.title}”应为${typeof known.value === 'number' ? '数值' : '处理方式（pass、review、block）'}。` }]
    return isStricter(id, value, known.value) || value === known.value ? [] : [{ id, code: 'threshold-must-be-stricter', message: `“${known.title}”现为 ${String(known.value)}，提供单位只能定得更严，不能放宽为 ${String(value)}。` }]
  })
}

/**
 * The thresholds of the edition that an agreement was made under, and those that only the pack's current edition has: a check
 * that is new holds for running agreements too, while what they were made under stays as it was.
 */
export function withNewThresholds(edition: Readonly<Record<string, Threshold>>, current: Readonly<Record<string, Threshold>>): Record<string, Threshold> {
  return { ...current, ...edition }
}

/** The strictest of the pack's and all concerned providers' thresholds, each with whose it is; in the pack's order of ids. */
export function effectiveThresholds(pack: Readonly<Record<string, Threshold>>, own: readonly ProviderThresholds[]): readonly EffectiveThreshold[] {
  return Object.keys(pack).toSorted().flatMap((id) => {
    const threshold = pack[id]
    if (threshold === undefined) return []
    const first: EffectiveThreshold = { id, title: threshold.title, value: threshold.value, source: sourceOf(threshold.basis) }
    return [own.reduce<EffectiveThreshold>((strictest, { provider, entry, version, values }) => {
      const value = values[id]
      return value !== undefined && isStricter(id, value, strictest.value) ? { ...strictest, value, source: { kind: 'provider', provider, entry, version } } : strictest
    }, first)]
  })
}

/** The values that are in effect, by id, to judge by. */
export function valuesInEffect(effective: readonly EffectiveThreshold[]): Readonly<Record<string, Pick<Threshold, 'value'>>> {
  return Object.fromEntries(effective.map(({ id, value }) => [id, { value }]))
}

/** The thresholds that are stricter now than those by which a report was made, as they are now: its verdict no longer answers for them. */
export function raisedSince(judged: readonly Pick<EffectiveThreshold, 'id' | 'value'>[], now: readonly EffectiveThreshold[]): readonly EffectiveThreshold[] {
  const before = new Map(judged.map(({ id, value }) => [id, value]))
  return now.filter(({ id, value }) => {
    const old = before.get(id)
    return old !== undefined && isStricter(id, value, old)
  })
}

/** Which way a threshold is stricter; null for an id that no provider may set. */
export function stricterWay(id: string): Stricter | null {
  return STRICTER[id] ?? null
}

function isStricter(id: string, value: Threshold['value'], than: Threshold['value']): boolean {
  if (typeof value === 'number' && typeof than === 'number') return STRICTER[id] === 'lower' ? value < than : STRICTER[id] === 'higher' && value > than
  return typeof value === 'string' && typeof than === 'string' && GRAVITY.indexOf(value) > GRAVITY.indexOf(than)
}

function sourceOf(basis: Basis): Exclude<EffectiveThreshold['source'], { kind: 'provider' }> {
  return 'platform-default' in basis ? { kind: 'platform-default', basis: basis['platform-default'] } : { kind: 'provision', basis: Object.values(basis).flat().join('、') }
}
