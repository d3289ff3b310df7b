import type { Json, JsonObject } from '../json.ts'
import { isObject } from '../json.ts'
import type { Basis } from '../pack/basis.ts'
import type { Policy } from '../pack/pack-format.ts'
import type { Operand } from '../pack/procedure-format.ts'
import { holds } from './compare.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

export type Verdict = { allow: true; code: string; basis: Basis } | { allow: false; refusal: Refusal }

/**
 * Evaluates a decision table on its input: the first row whose conditions all hold decides. No row means deny:
 * what the law does not foresee is not allowed. Pure and total.
 */
export function decideByPolicy(policy: Policy, input: JsonObject): Verdict {
  for (const row of policy.rows) {
    if (!row.when.every((condition) => holds(valueOf(condition.left, input), condition.is, condition.right === undefined ? undefined : valueOf(condition.right, input)))) continue
    if (row.then === 'allow') return { allow: true, code: row.code, basis: row.basis }
    return { allow: false, refusal: refuse(row.code, row.basis, row.message, row.cure ?? '请与运营机构联系。') }
  }
  return { allow: false, refusal: refuse('access-must-be-provided-for', policy.basis, '没有规定允许这一访问。', '请核对授权、场景和用途。') }
}

/** `input.…` paths and literals are all that a policy may name. */
function valueOf(operand: Operand, input: JsonObject): Json | undefined {
  if (typeof operand === 'number' || typeof operand === 'boolean') return operand
  if (typeof operand === 'object') return operand.value
  const [root, ...path] = operand.split('.')
  if (root !== 'input') throw new Error(`a policy names only input.…, not ${operand}`)
  let value: Json | undefined = input
  for (const part of path) value = isObject(value) ? value[part] : undefined
  return value
}
