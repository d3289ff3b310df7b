import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { Json } from '../json.ts'
import type { Basis } from '../pack/basis.ts'
import type { Outcome } from '../pack/procedure-format.ts'
import { contentRefusal } from './content-check.ts'
import { firstBroken } from './check.ts'
import { UnknownInPack } from './case-law.ts'
import type { Scope } from './operand.ts'

/**
 * Contents and checks of an outcome (or of an opening): required contents are there and typed, nothing is given
 * that the outcome does not name, every check holds. The first fault is the refusal.
 */
export function outcomeRefusal(outcome: Pick<Outcome, 'requires' | 'optional' | 'checks' | 'title'>, basis: Basis, scope: Scope): Refusal | null {
  const named = new Set([...outcome.requires, ...outcome.optional])
  const stray = Object.keys(scope.given).find((key) => !named.has(key))
  if (stray !== undefined) {
    return refuse('content-must-be-declared', basis, `“${outcome.title}”不收取名为“${stray}”的内容。`, '请删去规则包没有规定的内容。', { content: stray })
  }
  for (const key of named) {
    const content = scope.law.pack.contents[key]
    if (!content) throw new UnknownInPack(`content ${key} is not in pack ${scope.law.ref.id}`)
    const value: Json | undefined = scope.given[key]
    if (value === undefined && !outcome.requires.includes(key)) continue
    const refusal = contentRefusal(content, value, '', basis)
    if (refusal) return refusal
  }
  return firstBroken(outcome.checks, scope)
}
