import { decideByPolicy } from '#core/decision/policy.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { isObject } from '#core/json.ts'
import type { Policy } from '#core/pack/pack-format.ts'
import type { Condition, Operand } from '#core/pack/procedure-format.ts'
import { holds } from '#core/decision/compare.ts'
import { refusalLine } from './answer.ts'

/** What a decision table says to an input. */
export type PolicyCase = { policy: string; name: string; input: JsonObject; answer: string }

const REPAIRS = 60
const ELSE = '另一个值'
const LAST_DAY = '2026-12-31'
/** What the right side of a comparison is where nothing is given yet. */
const SOME: Readonly<Partial<Record<Condition['is'], Json>>> = { 'at-most': LAST_DAY, 'at-least': LAST_DAY, 'less-than': LAST_DAY, 'more-than': LAST_DAY, 'subset-of': ['字段一', '字段二'], 'not-subset-of': ['字段一', '字段二'] }

export function answerOfPolicy(policy: Policy, input: JsonObject): string {
  const verdict = decideByPolicy(policy, input)
  return verdict.allow ? `准许 ${verdict.code}（${provisionOf(verdict.basis) ?? '平台默认'}）` : refusalLine(verdict.refusal)
}

/** For each row of a table an input that this row decides, with all rows before it passed by. */
export function policyCasesOf(id: string, policy: Policy): { cases: PolicyCase[]; untripped: string[] } {
  const cases: PolicyCase[] = []
  const untripped: string[] = []
  for (const [index, row] of policy.rows.entries()) {
    const without: Policy = { ...policy, rows: policy.rows.filter((_, at) => at !== index) }
    const found = starts(policy).map((start) => inputFor(policy, index, start)).find((input) => input !== null && answerOfPolicy(policy, input) !== answerOfPolicy(without, input))
    if (found === undefined || found === null) untripped.push(`${id} ${row.code}`)
    else cases.push({ policy: id, name: row.code, input: found, answer: answerOfPolicy(policy, found) })
  }
  cases.push({ policy: id, name: '没有任何输入', input: {}, answer: answerOfPolicy(policy, {}) })
  return { cases, untripped }
}

/** An input that an allowing row accepts, for each of them, and none at all. */
function starts(policy: Policy): JsonObject[] {
  return [...policy.rows.flatMap((row, index) => (row.then === 'allow' ? [inputFor(policy, index, {}) ?? {}] : [])), {}]
}

/** Makes the conditions of one row hold and some condition of every row before it fail; null where it does not come out. */
function inputFor(policy: Policy, index: number, start: JsonObject): JsonObject | null {
  const input = structuredClone(start)
  const wanted = policy.rows[index]?.when ?? []
  for (let repair = 0; repair < REPAIRS; repair += 1) {
    for (const condition of wanted) {
      if (condition.right !== undefined && read(condition.right, input) === undefined) set(condition.right, SOME[condition.is] ?? '应用场景一', input)
      if (!conditionOn(condition, input)) set(condition.left, valueFor(condition, input, true), input)
    }
    const before = policy.rows.slice(0, index).find((row) => row.when.every((condition) => conditionOn(condition, input)))
    if (before === undefined) return wanted.every((condition) => conditionOn(condition, input)) ? input : null
    const own = new Set(wanted.map(({ left }) => JSON.stringify(left)))
    const loose = before.when.find(({ left }) => !own.has(JSON.stringify(left))) ?? before.when[repair % before.when.length]
    if (loose === undefined) return null
    set(loose.left, valueFor(loose, input, false), input)
  }
  return null
}

function conditionOn({ left, is, right }: Condition, input: JsonObject): boolean {
  return holds(read(left, input), is, right === undefined ? undefined : read(right, input))
}

function read(operand: Operand, input: JsonObject): Json | undefined {
  if (typeof operand === 'object') return operand.value
  if (typeof operand !== 'string') return operand
  return operand.split('.').slice(1).reduce<Json | undefined>((value, part) => (isObject(value) ? value[part] : undefined), input)
}

function set(operand: Operand, value: Json | undefined, input: JsonObject): void {
  if (typeof operand !== 'string') return
  const path = operand.split('.').slice(1)
  const last = path.pop() ?? ''
  let holder = input
  for (const part of path) {
    const next = holder[part]
    holder = isObject(next) ? next : ((holder[part] = {}) as JsonObject) // just made
  }
  if (value === undefined) delete holder[last]
  else holder[last] = value
}

/** A value of the left side for which a comparison holds, or does not. */
function valueFor({ is, right }: Condition, input: JsonObject, hold: boolean): Json | undefined {
  const other = right === undefined ? undefined : read(right, input)
  const candidates: (Json | undefined)[] = [other, ...(Array.isArray(other) ? [other[0], [...other, ELSE]] : [[other ?? ELSE]]), ...(typeof other === 'number' ? [other + 1, other - 1] : []), ...(typeof other === 'boolean' ? [!other] : []), ...(typeof other === 'string' && /^\d{4}-/.test(other) ? ['2099-12-31', '2020-01-01'] : []), ELSE, [ELSE], 1, 0, true, false, undefined]
  return candidates.find((value) => holds(value, is, other) === hold)
}
