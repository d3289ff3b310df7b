import type { Json, JsonObject } from '../json.ts'
import { isObject } from '../json.ts'
import type { Basis } from '../pack/basis.ts'
import type { Policy } from '../pack/pack-format.ts'
import type { Operand } from '../pack/procedure-format.ts'
import { holds } from './compare.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

export type Verdict = { allow: true; code: string; basis: Basis } | { allow: false; refusal: Refusal }

/** A decision table, ready to be asked again and again. */
export type Decide = (input: JsonObject) => Verdict

/**
 * Evaluates a decision table on its input: the first row whose conditions all hold decides. No row means deny:
 * what the law does not foresee is not allowed. Pure and total.
 */
export function decideByPolicy(policy: Policy, input: JsonObject): Verdict {
  return preparePolicy(policy)(input)
}

/** The table with its operands taken apart once, for where it is asked many times: see `decideByPolicy`. */
export function preparePolicy(policy: Policy): Decide {
  const rows = policy.rows.map((row) => ({ row, conditions: row.when.map(({ left, is, right }) => ({ left: reader(left), is, right: reader(right) })) }))
  return (input) => {
    const found = rows.find(({ conditions }) => conditions.every(({ left, is, right }) => holds(left(input), is, right(input))))?.row
    if (found === undefined) return { allow: false, refusal: refuse('access-must-be-provided-for', policy.basis, '没有规定允许这一访问。', '请核对授权、场景和用途。') }
    if (found.then === 'allow') return { allow: true, code: found.code, basis: found.basis }
    return { allow: false, refusal: refuse(found.code, found.basis, found.message, found.cure ?? '请与运营机构联系。') }
  }
}

/** How an operand is read from the input: `input.…` paths and literals are all that a policy may name. */
function reader(operand: Operand | undefined): (input: JsonObject) => Json | undefined {
  if (operand === undefined) return () => undefined
  if (typeof operand === 'number' || typeof operand === 'boolean') return () => operand
  if (typeof operand === 'object') return () => operand.value
  const [root, ...path] = operand.split('.')
  if (root !== 'input') throw new Error(`a policy names only input.…, not ${operand}`)
  const [only = '', ...deeper] = path
  if (deeper.length === 0) return (input) => input[only]
  return (input) => path.reduce<Json | undefined>((value, part) => (isObject(value) ? value[part] : undefined), input)
}
