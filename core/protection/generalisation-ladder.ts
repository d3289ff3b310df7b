/** The steps by which a column can be made coarser, each containing the one before it, from "as it is" to "gone". */
import { generalisedDate, generalisedNumber, generalisedText } from './generalising.ts'
import type { Generalisation } from './generalising.ts'
import { masked } from './masking.ts'
import type { MaskKind } from './masking.ts'
import type { ColumnRule } from './protection-rules.ts'

/** A quasi-identifier with its different values as the engine writes them. */
export interface WeighedColumn {
  readonly name: string
  readonly type: 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'timestamp'
  readonly values: readonly (string | null)[]
}

export type LadderStep = { readonly kind: 'as-is' } | { readonly kind: 'rule'; readonly rule: ColumnRule }

/** unit: widths of intervals; source: each is a multiple of the one before, so that the steps contain each other */
const WIDTHS = [5, 10, 50, 100, 500, 1_000, 5_000, 10_000] as const
/** unit: characters; source: two digits of a division's or an industry's code are one level of it */
const CODE_LEVEL = 2

/** The steps for a column; where a rule of it is proposed that is no step of its type's own, that rule is the one between. */
export function ladderOf({ name, type, values }: WeighedColumn, proposed: ColumnRule | undefined): LadderStep[] {
  const step = (generalisation: Generalisation): LadderStep => ({ kind: 'rule', rule: { column: name, method: 'generalise', generalisation } })
  const ends = (between: readonly LadderStep[]): LadderStep[] => [{ kind: 'as-is' }, ...between, { kind: 'rule', rule: { column: name, method: 'remove' } }]
  if (proposed !== undefined && (proposed.method === 'mask' || (proposed.method === 'generalise' && ['tree', 'bounds'].includes(proposed.generalisation.by)))) return ends([{ kind: 'rule', rule: proposed }])
  if (type === 'integer') return ends(widthsFor(values).map((width) => step({ by: 'interval', width, origin: 0 })))
  if (type === 'date') return ends((['month', 'quarter', 'year', 'decade'] as const).map((unit) => step({ by: 'date', unit })))
  if (type === 'text') return ends(prefixesFor(values).map((characters) => step({ by: 'prefix', characters })))
  return ends([])
}

/** Widths that leave more than one interval, and the first that leaves one. */
function widthsFor(values: readonly (string | null)[]): number[] {
  const numbers = values.flatMap((value) => (value === null ? [] : [Number(value)]))
  const span = numbers.reduce((most, one) => Math.max(most, one), -Infinity) - numbers.reduce((least, one) => Math.min(least, one), Infinity)
  return WIDTHS.filter((width) => width <= span)
}

/** Prefixes of codes: digits or capitals of one length, two characters shorter with each step. */
function prefixesFor(values: readonly (string | null)[]): number[] {
  const texts = values.filter((value) => value !== null)
  const [length = 0] = texts.map((text) => text.length)
  if (length <= CODE_LEVEL || !texts.every((text) => text.length === length && /^[0-9A-Z]+$/.test(text))) return []
  return Array.from({ length: Math.ceil(length / CODE_LEVEL) - 1 }, (_, at) => length - (at + 1) * CODE_LEVEL)
}

/** What a value becomes at a step; a missing value stays missing but where the column is gone. */
export function valueUnder(step: LadderStep, value: string | null): string | null {
  if (step.kind === 'as-is') return value
  const { rule } = step
  if (rule.method === 'remove') return ''
  if (value === null || rule.method === 'pseudonym') return value
  if (rule.method === 'mask') return masked(value, rule.kind as MaskKind) // checked by the schema of the rules against the same list
  const { generalisation } = rule
  switch (generalisation.by) {
    case 'prefix':
    case 'tree': return generalisedText(value, generalisation)
    case 'interval':
    case 'bounds': return String(generalisedNumber(BigInt(value), generalisation))
    case 'date': return generalisedDate(value, generalisation.unit)
  }
}
