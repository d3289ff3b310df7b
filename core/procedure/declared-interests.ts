import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import { isObject } from '../json.ts'
import type { FactRequest } from '../pack/procedure-format.ts'
import { personsBehind } from './actor.ts'
import type { CaseLaw } from './case-law.ts'
import { PLATFORM } from './case-state.ts'
import { partyOf } from './operand.ts'
import type { Scope } from './operand.ts'

/** The name under which a decision reads the interests that its actor has declared. */
export const DECLARED_INTERESTS = 'declared-interests'

/**
 * The facts that an act asks for: those that the outcome names and, where the pack bars persons with a declared
 * interest, what the acting persons have declared. The platform declares none, and no step of the parties asks.
 */
export function factsAsked(law: CaseLaw, facts: Readonly<Record<string, FactRequest>>, office: string, actor: Scope['actor']): Record<string, FactRequest> {
  const rule = barOf(law, office, actor)
  if (rule === null) return { ...facts }
  const request = { fact: 'register.matching', with: { register: { value: rule.register }, field: { value: rule.person }, values: { value: personsBehind(actor) } } }
  return { ...facts, [DECLARED_INTERESTS]: request }
}

/** Why a declared interest of the actor in a party of the case bars the act, or null. A declaration may have ended. */
export function interestRefusal(scope: Scope, office: string): Refusal | null {
  const rule = barOf(scope.law, office, scope.actor)
  if (rule === null) return null
  const concerned = rule.parties.map((role) => partyOf(role, scope))
  const declared = scope.facts[DECLARED_INTERESTS]
  const found = (Array.isArray(declared) ? declared : []).find((one) => {
    if (!isObject(one)) return false
    const until = rule.until === undefined ? undefined : one[rule.until]
    const isOver = typeof until === 'string' && until < scope.act.date
    return !isOver && concerned.some((organization) => organization !== undefined && one[rule.organization] === organization)
  })
  if (found === undefined) return null
  const basis = scope.law.pack.manifest.recusal?.basis ?? null
  return refuse('reviewer-must-have-no-declared-interest', basis, '您已申报与本事项当事单位有利害关系，应当回避。', '请办理回避，由本单位另一位同志办理。', {})
}

function barOf(law: CaseLaw, office: string, actor: Scope['actor']) {
  const rule = law.pack.manifest.recusal?.interests
  return rule === undefined || actor.person === PLATFORM.person || rule.parties.includes(office) ? null : rule
}
