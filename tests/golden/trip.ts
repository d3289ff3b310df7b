import { isObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { Check, Operand, Outcome, Procedure } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { contentIn } from '#core/procedure/case-state.ts'
import type { Conclusion, CaseState } from '#core/procedure/case-state.ts'
import { matches } from '#core/procedure/check.ts'
import { conditionHolds } from '#core/procedure/condition.ts'
import { figureIn, resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { declared } from '#tests/packs/swap/assign.ts'
import { addRow, satisfy } from '#tests/packs/swap/satisfy.ts'
import { fillFacts } from '#tests/packs/swap/walker.ts'
import type { Accepted } from '#tests/packs/swap/walker.ts'
import { answerOf, isRefused, refusalLine, shortOf } from './answer.ts'
import { candidatesFor } from './candidates.ts'
import type { Candidate } from './candidates.ts'
import { attemptOf, put } from './put.ts'
import type { Attempt } from './put.ts'
import { provisionOf } from '#core/pack/basis.ts'

type Rule = Pick<Outcome, 'requires' | 'optional' | 'facts' | 'checks' | 'fires'>
/** What was tried around a check: what it was, the changed input, and what the engine says. */
export type Tried = { name: string; attempt: Attempt; answer: string[] }

/** Around one check of an act: an input that this check alone refuses, and both sides of a limit; empty where nothing trips it. */
export function triedAround(law: CaseLaw, procedure: Procedure, rule: Rule, act: Accepted, index: number, without: CaseLaw): { edges: Tried[]; tripped: Tried | null } {
  const check = rule.checks[index]
  if (check === undefined) return { edges: [], tripped: null }
  const refusal = refusalLine({ code: check.code, provision: provisionOf(check.basis) })
  const edges: Tried[] = []
  let tripped: Tried | null = null
  const look = (name: string, attempt: Attempt, edge: boolean): void => {
    const answer = answerOf(law, attempt.input)
    const exact = (rule.fires !== undefined || answer[0] === refusal) && answerOf(without, attempt.input).join() !== answer.join()
    if (!exact && !(edge && (answer[0] === refusal || !isRefused(answer)))) return
    const tried = { name, attempt, answer }
    if (edge) edges.push(tried)
    if (exact) tripped ??= tried
  }
  for (const prepare of PREPARED) {
    const first = attemptOf(law, procedure, rule, act)
    const rows = prepare(check, first, rule)
    if (rows === null) continue
    // Where the check asks for something more, what brings it about may be enough.
    const asked = copyOf(law, procedure, rule, act, check, prepare)
    if (asked !== null) look(whenOf(check), asked.attempt, false)
    for (const special of specials(check, first)) {
      const attempt = copyOf(law, procedure, rule, act, check, prepare)
      if (attempt !== null && special.change(attempt.attempt)) look(special.name, attempt.attempt, true)
    }
    for (const candidate of candidatesFor(check, rows, columnsOf(check, rows))) {
      if (tripped !== null && !candidate.edge) continue
      const attempt = copyOf(law, procedure, rule, act, check, prepare)
      if (attempt === null || !put(candidate.operand, candidate.value, attempt.attempt, attempt.scope)) continue
      look(nameOf(candidate), attempt.attempt, candidate.edge)
    }
    if (tripped !== null) break
  }
  return { edges, tripped }
}

type Prepare = (check: Check, attempt: Attempt, rule: Rule) => Scope | null

function copyOf(law: CaseLaw, procedure: Procedure, rule: Rule, act: Accepted, check: Check, prepare: Prepare): { attempt: Attempt; scope: Scope } | null {
  const attempt = attemptOf(law, procedure, rule, act)
  const scope = prepare(check, attempt, rule)
  return scope === null ? null : { attempt, scope }
}

/** As the act was; then with what the check asks of: its condition, a row of its table; then with the case's documents given anew. */
const PREPARED: readonly Prepare[] = [(check, attempt) => inRow(check, attempt, false), asAsked, (check, attempt, rule) => {
  giveAnew(attempt)
  return asAsked(check, attempt, rule)
}]

function asAsked(check: Check, attempt: Attempt, rule: Rule): Scope | null {
  const { scope, allowed } = attempt
  if (check.check === 'each' || check.check === 'portion' || (check.check === 'date-within' && check.rows !== undefined)) addRow(check.rows ?? '', scope, allowed)
  else if (check.when !== undefined && !conditionHolds(check.when, scope)) satisfyBy(check.when, attempt, scope)
  fillFacts(rule.facts, scope)
  return inRow(check, attempt, true)
}

/** Who may change a document hands in the one that stands. */
function giveAnew({ input, scope, allowed }: Attempt): void {
  for (const key of allowed) {
    const recorded = input.state === null ? undefined : contentIn(input.state, key, scope.branch)
    if (scope.given[key] === undefined && recorded !== undefined) scope.given[key] = structuredClone(recorded.value)
  }
}

function satisfyBy(when: NonNullable<Check['when']>, attempt: Attempt, scope: Scope): void {
  if (satisfy(when, scope, attempt.allowed, null)) return
  for (const candidate of candidatesFor({ check: 'compare', code: 'x', message: '', cure: '', basis: { 'platform-default': '' }, left: when.left, is: when.is, right: when.right }, scope, null)) {
    if (put(candidate.operand, candidate.value, attempt, scope) && conditionHolds(when, scope)) return
  }
}

/** The scope of the row that the check looks at; `made` makes a row fit where none does. */
function inRow(check: Check, attempt: Attempt, made: boolean): Scope | null {
  const { scope } = attempt
  if (!('rows' in check) || check.rows === undefined) return scope
  const found = resolve(check.rows, scope)
  const rows = (Array.isArray(found) ? found : found === undefined ? [] : [found]).filter(isObject)
  const where = 'where' in check ? check.where : undefined
  const fits = rows.find((row) => matches(row, where) && conditionHolds(check.check === 'portion' ? undefined : check.when, { ...scope, row }))
  if (fits !== undefined || !made) return fits === undefined ? null : { ...scope, row: fits }
  const [row] = rows
  if (row === undefined) return null
  for (const [column, wanted] of Object.entries(where ?? {})) row[column] = Array.isArray(wanted) ? (wanted[0] ?? null) : wanted
  const within = { ...scope, row }
  if (check.when !== undefined && !conditionHolds(check.when, within)) satisfy(check.when, within, attempt.allowed, columnsOf(check, scope))
  return within
}

function columnsOf(check: Check, scope: Scope): Readonly<Record<string, Content>> | null {
  const content = 'rows' in check && check.rows !== undefined ? declared(check.rows, scope, null) : undefined
  return content?.type === 'table' ? content.columns : null
}

/** What has no operand to write to: who acted before, and how often. */
function specials(check: Check, { scope }: Attempt): { name: string; change: (attempt: Attempt) => boolean }[] {
  if (check.check === 'different-person') return check.from.map((step) => ({ name: `与${step === 'open' ? '立案' : step}为同一人`, change: (attempt) => samePerson(step, attempt) }))
  if (check.check !== 'at-most-times') return []
  const most = figureIn(scope, check.figure).value
  return [most, most - 1].filter((times) => times >= 0).map((times) => ({ name: `${check.outcome}此前${times}次`, change: ({ input }) => input.state !== null && repeat(input.state, check.outcome, times) }))
}

function samePerson(step: string, { input }: Attempt): boolean {
  if (input.state === null) return false
  const known = step === 'open' ? input.state.opened_by.person : input.state.conclusions.findLast((one) => one.step === step && !one.voided)?.person
  if (known === undefined) input.state.conclusions.push(conclusion(input.state, step, '', input.actor.person))
  else if (known === 'platform') return false
  else input.actor = { ...input.actor, person: known }
  return true
}

function repeat(state: CaseState, outcome: string, times: number): boolean {
  const [step = '', name = ''] = outcome.split('.')
  state.conclusions = state.conclusions.filter((one) => one.step !== step || one.outcome !== name)
  for (let count = 0; count < times; count += 1) state.conclusions.push(conclusion(state, step, name, 'person-before'))
  return true
}

function conclusion(state: CaseState, step: string, outcome: string, person: string): Conclusion {
  return { task: step, step, branch: '', outcome, person, organization: 'org-before', office: 'office-before', date: state.opened, recorded: state.opened, overdue_days: 0, voided: false }
}

const whenOf = (check: Check) => (check.when === undefined ? '有需要核对的行' : `${wordOf(check.when.left)} ${check.when.is} ${check.when.right === undefined ? '' : wordOf(check.when.right)}`.trim())
const nameOf = ({ operand, value }: Candidate) => `${wordOf(operand)}＝${shortOf(value)}`
const wordOf = (operand: Operand) => (typeof operand === 'string' ? operand : JSON.stringify(operand))
