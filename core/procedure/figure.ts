import { isLengthUnit } from '../calendar/length.ts'
import type { Length } from '../calendar/length.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { Figure } from '../pack/pack-format.ts'
import { figureOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import { figureIn } from './operand.ts'
import type { Scope } from './operand.ts'

/** Raised where a figure that measures no time is used as a length of time: a pack that passed `pack-check` has none. */
export class NoLengthOfTime extends Error {
  override readonly name = 'NoLengthOfTime'
}

/** A figure as it is on a day, outside any case: only variants that ask nothing of a case count. */
export function figureOn(law: CaseLaw, id: string, on: LegalDate): Figure {
  const figure = figureOf(law, id)
  const variant = figure.variants?.find((one) => one.when === undefined && (one.from === undefined || on >= one.from) && (one.until === undefined || on <= one.until))
  return variant === undefined ? figure : { ...figure, value: variant.value, unit: variant.unit ?? figure.unit, basis: variant.basis }
}

/** A figure as a length of time. */
export function lengthOf({ unit, value }: Pick<Figure, 'unit' | 'value'>, id: string): Length {
  if (!isLengthUnit(unit)) throw new NoLengthOfTime(`${id}: a figure of unit ${unit} is no length of time`)
  return { unit, amount: value }
}

/** A figure as the length of time that governs this act. */
export function lengthIn(scope: Scope, id: string, on?: LegalDate): Length {
  return lengthOf(figureIn(scope, id, on), id)
}
