import { refuse } from '../decision/refusal.ts'
import { byOf } from './actor.ts'
import { procedureOf } from './case-law.ts'
import { PLATFORM } from './case-state.ts'
import type { CaseState } from './case-state.ts'
import { settle } from './conclude-by-platform.ts'
import { decideClockFromCase } from './decide-clock.ts'
import { decideAnswerExtension, decideAskExtension } from './decide-extension.ts'
import { decideConclude } from './decide-conclude.ts'
import { decideOpen } from './decide-open.ts'
import { decideHandOver, decideRecuse, decideTransfer } from './decide-persons.ts'
import { decideTimePassed } from './decide-time.ts'
import type { CaseCommand, Decision, DecisionInput } from './decision-input.ts'
import { refused } from './decision-input.ts'
import { add } from './routing.ts'
import { RefusedByCase } from './refused-by-case.ts'

/**
 * The one decision of the platform: a command on a case under a law gives events or a refusal. Pure: the same
 * input always gives the same answer, so that any decision can be replayed, also under another law.
 */
export function decide(input: DecisionInput): Decision {
  try {
    return settle(input, decided(input))
  } catch (error) {
    if (error instanceof RefusedByCase) return refused(error.refusal)
    throw error
  }
}

function decided(input: DecisionInput): Decision {
  const { command, state } = input
  if (command.type === 'open') return decideOpen(input, command)
  if (state === null) throw new Error(`a ${command.type} needs a case`)
  switch (command.type) {
    case 'conclude':
      return decideConclude(input, state, command)
    case 'ask-extension':
      return decideAskExtension(input, state, command)
    case 'answer-extension':
      return decideAnswerExtension(input, state, command)
    case 'hand-over':
      return decideHandOver(input, state, command)
    case 'transfer':
      return decideTransfer(input, state, command)
    case 'recuse':
      return decideRecuse(input, state, command)
    case 'withdraw':
      return decideWithdraw(input, state, command)
    case 'time-passed':
    case 'effect-done':
    case 'status-from-case':
    case 'clock-from-case':
      return decideForPlatform(input, state, command)
  }
}

type OfPlatform = Extract<CaseCommand, { type: 'time-passed' | 'effect-done' | 'status-from-case' | 'clock-from-case' }>

function decideForPlatform(input: DecisionInput, state: CaseState, command: OfPlatform): Decision {
  if (input.actor.person !== PLATFORM.person) {
    return refused(refuse('act-must-be-the-platforms', null, '该操作由平台自动执行，任何人不能代为办理。', '无需办理。'))
  }
  const draft = { state, events: [] }
  switch (command.type) {
    case 'time-passed':
      return decideTimePassed(input, state)
    case 'effect-done':
      return { accepted: true, ...add(draft, { type: 'effect-done', handle: command.handle, result: command.result, on: input.act.date }) }
    case 'status-from-case':
      return { accepted: true, ...add(draft, { type: 'status-changed', status: command.status, date: input.act.date, because: command.because }) }
    case 'clock-from-case':
      return decideClockFromCase(input, state, command)
  }
}

/** The opener takes the case back while the pack allows it; what was done stays on record. */
function decideWithdraw(input: DecisionInput, state: CaseState, command: Extract<CaseCommand, { type: 'withdraw' }>): Decision {
  const { actor, act, law } = input
  const procedure = procedureOf(law, state.procedure)
  const rule = procedure.withdrawal
  const basis = rule?.basis ?? procedure.basis
  if (actor.organization !== state.opened_by.organization || !actor.offices.includes(state.opened_by.office)) {
    return refused(refuse('actor-must-be-concerned-organization', basis, '只有发起单位可以撤回。', '请由发起单位办理。', {}))
  }
  const early = rule !== undefined && state.tasks.length > 0 && state.tasks.every((task) => rule.during.includes(task.step))
  if (!early || rule === undefined) {
    return refused(refuse('withdrawal-must-be-early', basis, '本事项已进入后续环节，不能撤回。', '请与当前承办单位联系，由其退回或终止。', { status: state.status }))
  }
  if (command.reason.trim() === '') return refused(refuse('content-must-be-present', basis, '缺少撤回原因。', '请填写撤回原因。', { content: '撤回原因' }))
  const by = byOf(actor, state.opened_by.office)
  return { accepted: true, ...add({ state, events: [] }, { type: 'case-withdrawn', by, act, reason: command.reason, status: rule.status, basis }) }
}
