import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { Basis } from '../pack/basis.ts'
import { byOf, personsBehind } from './actor.ts'
import { procedureOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import type { CaseState, OpenTask } from './case-state.ts'
import type { CaseCommand, Decision, DecisionInput } from './decision-input.ts'
import { refused } from './decision-input.ts'
import { add } from './routing.ts'
import type { Draft } from './routing.ts'

type Command<T extends CaseCommand['type']> = Extract<CaseCommand, { type: T }>

/** Hands an open task to another officer of the same organisation, or back to the office. */
export function decideHandOver(input: DecisionInput, state: CaseState, command: Command<'hand-over'>): Decision {
  const found = ownTask(input, state, command.task)
  if ('refusal' in found) return refused(found.refusal)
  const { task, basis } = found
  const refusal = reasonRefusal(command.reason, '转办原因', basis) ?? recusedRefusal(state, command.to, basis)
  if (refusal) return refused(refusal)
  return { accepted: true, ...add({ state, events: [] }, handedOver(input, task, command.to, command.reason)) }
}

/** Hands every open task of the actor's office in this case to another officer: the case changes hands. */
export function decideTransfer(input: DecisionInput, state: CaseState, command: Command<'transfer'>): Decision {
  const { basis } = procedureOf(input.law, state.procedure)
  const own = state.tasks.filter((task) => isOwn(input, task))
  if (own.length === 0) return refused(refuse('step-must-be-open', basis, '贵单位在本事项中没有待办环节。', '请核对事项。', {}))
  const refusal = reasonRefusal(command.reason, '移交原因', basis) ?? recusedRefusal(state, command.to, basis)
  if (refusal) return refused(refusal)
  let draft: Draft = { state, events: [] }
  for (const task of own) if (task.assignee !== command.to) draft = add(draft, handedOver(input, task, command.to, command.reason))
  return { accepted: true, ...draft }
}

/**
 * A person with an interest in the matter withdraws from it, or is withdrawn by the office: the task goes to another
 * person of the office (or to whoever is free), and the person takes no further part in the case.
 */
export function decideRecuse(input: DecisionInput, state: CaseState, command: Command<'recuse'>): Decision {
  const found = ownTask(input, state, command.task)
  if ('refusal' in found) return refused(found.refusal)
  const basis = input.law.pack.manifest.recusal?.basis ?? found.basis
  const refusal = reasonRefusal(command.reason, '回避理由', basis) ?? recusedRefusal(state, command.to, basis)
  if (refusal) return refused(refusal)
  if (command.to === command.person) return refused(refuse('task-must-go-to-another', basis, '回避的人员不能继续承办。', '请另行指定承办人。', {}))
  if (state.recused.includes(command.person)) return refused(refuse('recusal-must-be-new', basis, '该人员已经回避。', '无需重复办理。', {}))
  const event = { type: 'person-recused' as const, task: found.task.id, person: command.person, to: command.to, reason: command.reason, by: byOf(input.actor, found.task.office), act: input.act, basis }
  return { accepted: true, ...add({ state, events: [] }, event) }
}

/** Why somebody behind this act takes no part in the case any more, or null. */
export function recusalRefusal(law: CaseLaw, state: CaseState, actor: DecisionInput['actor'], basis: Basis): Refusal | null {
  if (!personsBehind(actor).some((person) => state.recused.includes(person))) return null
  return refuse('person-must-not-be-recused', law.pack.manifest.recusal?.basis ?? basis, '您（或者被代理人）已在本事项中回避，不能办理。', '请由本单位另一位同志办理。', {})
}

function ownTask(input: DecisionInput, state: CaseState, id: string): { task: OpenTask; basis: Basis } | { refusal: Refusal } {
  const procedure = procedureOf(input.law, state.procedure)
  const task = state.tasks.find((one) => one.id === id)
  if (!task) return { refusal: refuse('step-must-be-open', procedure.basis, '该环节现在没有待办。', '请核对办理环节。', { task: id }) }
  const basis = procedure.steps[task.step]?.basis ?? procedure.basis
  if (isOwn(input, task)) return { task, basis }
  return { refusal: refuse('actor-must-be-concerned-organization', basis, '只有承办单位可以转办本环节。', '请由承办单位办理。', { office: task.office }) }
}

function isOwn({ actor }: DecisionInput, task: OpenTask): boolean {
  return actor.organization === task.organization && actor.offices.includes(task.office)
}

function handedOver({ actor, act }: DecisionInput, task: OpenTask, to: string | null, reason: string) {
  return { type: 'task-handed-over' as const, task: task.id, to, by: byOf(actor, task.office), act, reason }
}

function reasonRefusal(reason: string, content: string, basis: Basis): Refusal | null {
  return reason.trim() === '' ? refuse('content-must-be-present', basis, `缺少${content}。`, `请填写${content}。`, { content }) : null
}

function recusedRefusal(state: CaseState, to: string | null, basis: Basis): Refusal | null {
  return to !== null && state.recused.includes(to) ? refuse('person-must-not-be-recused', basis, '该同志已在本事项中回避。', '请另行指定承办人。', {}) : null
}
