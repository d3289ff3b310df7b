import type { Threshold } from '#core/pack/pack-format.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import type { Verdict } from '#core/disclosure-control/finding.ts'

/** A pack without one of the thresholds: nothing may be judged by it, so nothing may leave. */
export class ThresholdMissing extends Error {
  override readonly name = 'ThresholdMissing'
}

/** What the values of thresholds are read by. */
export type ThresholdValues = Readonly<Record<string, Pick<Threshold, 'value'>>>

/** Reads a number of a pack by the threshold's id. @throws ThresholdMissing for a pack that has none */
export function thresholdNumber(thresholds: ThresholdValues, id: string): number {
  const value = thresholds[id]?.value
  if (typeof value !== 'number') throw new ThresholdMissing(`the pack has no number for the threshold ${id}: add it to thresholds.yaml`)
  return value
}

/** The thresholds of a pack as the policy of the automatic checks, and how often a job is probed on random halves. */
export function disclosurePolicyOf(thresholds: ThresholdValues): { policy: DisclosurePolicy; halves: number } {
  const number = (id: string): number => thresholdNumber(thresholds, id)
  const verdict = (id: string): Verdict => {
    const value = thresholds[id]?.value
    if (typeof value !== 'string') throw new ThresholdMissing(`the pack has no verdict for the threshold ${id}: add it to thresholds.yaml`)
    return value
  }
  const policy: DisclosurePolicy = {
    output: { maxCellBytes: number('output-cell-bytes'), maxColumns: number('output-columns'), rawRows: number('output-raw-rows') },
    identifiers: {
      columnShare: number('identifier-column-share'),
      columnMinimum: number('identifier-column-minimum'),
      verdicts: {
        'resident-id': verdict('identifier-resident-id'),
        'credit-code': verdict('identifier-credit-code'),
        mobile: verdict('identifier-mobile'),
        'bank-card': verdict('identifier-bank-card'),
        plate: verdict('identifier-plate'),
      },
    },
    containment: {
      rareFrequency: number('containment-rare-frequency'),
      blockShare: number('containment-block-share'),
      minimumMatches: number('containment-minimum-matches'),
    },
    shape: { rSquared: number('shape-r-squared'), minimumValues: number('shape-minimum-values') },
    cells: {
      minimumEntities: number('cells-minimum-entities'),
      largestTwoShare: number('cells-largest-two-share'),
      othersToLargest: number('cells-others-to-largest'),
      degreesOfFreedom: number('cells-degrees-of-freedom'),
      zeroCells: verdict('cells-zero'),
      extremes: verdict('cells-extremes'),
      quantiles: verdict('cells-quantiles'),
    },
    microdata: { k: number('microdata-k'), l: number('microdata-l'), t: number('microdata-t') },
    probes: {
      minimumRows: number('probe-minimum-rows'),
      sizeRatio: number('probe-size-ratio'),
      survivalFrom: number('probe-survival-from'),
      survivalTo: number('probe-survival-to'),
    },
  }
  return { policy, halves: number('probe-halves') }
}
