import { holds } from '../decision/compare.ts'
import type { Condition } from '../pack/procedure-format.ts'
import { resolve } from './operand.ts'
import type { Scope } from './operand.ts'

/** Whether a pack's `when` holds in a scope; a rule without one always applies. */
export function conditionHolds(when: Condition | undefined, scope: Scope): boolean {
  if (when === undefined) return true
  return holds(resolve(when.left, scope), when.is, when.right === undefined ? undefined : resolve(when.right, scope))
}
