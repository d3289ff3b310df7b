import type { ThresholdsView } from '#apps/api/wire/provider-thresholds.ts'

export type ThresholdValue = ThresholdsView['thresholds'][number]['pack']
export type ThresholdValues = ThresholdsView['versions'][number]['values']

/** What is done with a finding, as people say it. */
export const VALUE_WORDS = { pass: '不作处理', review: '转人工审核', block: '不得出域' } as const
const GRAVITY = ['pass', 'review', 'block'] as const

/** The graver ways to deal with a finding. */
export function stricterThan(value: (typeof GRAVITY)[number]): (typeof GRAVITY)[number][] {
  return GRAVITY.slice(GRAVITY.indexOf(value) + 1)
}

/** By how much the arrows of a field change a figure: shares by hundredths, counts by one. */
export function stepOf(value: number): number {
  return Number.isInteger(value) ? 1 : 0.01
}

/** What a version changes of the one before it, one sentence for each threshold. */
export function thresholdChanges(before: ThresholdValues, after: ThresholdValues, rows: ThresholdsView['thresholds']): string[] {
  return rows.flatMap(({ id, title }) => {
    const [old, fresh] = [before[id], after[id]]
    return old === fresh ? [] : [`${title}：${told(old)} → ${told(fresh)}`]
  })
}

function told(value: ThresholdValue | undefined): string {
  return value === undefined ? '按规则包' : typeof value === 'number' ? String(value) : VALUE_WORDS[value]
}
