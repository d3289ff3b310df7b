import { dueDateOf } from '../calendar/due-date.ts'
import { checkExtension } from '../calendar/extension.ts'
import { presentRun } from '../calendar/clock.ts'
import type { ClockRefusal } from '../calendar/clock.ts'
import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { Step } from '../pack/procedure-format.ts'
import { officeTitle, procedureOf, stepOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import type { CaseState, OpenTask } from './case-state.ts'
import type { CaseCommand, Decision, DecisionInput } from './decision-input.ts'
import { refused } from './decision-input.ts'
import { byOf } from './actor.ts'
import { figureIn, partyOf } from './operand.ts'
import type { Scope } from './operand.ts'
import { add } from './routing.ts'
import { scopeOf } from './scope.ts'

type Extension = NonNullable<Step['extension']>

/** The office whose task it is asks for more time; until granted, the old due date stands. */
export function decideAskExtension(input: DecisionInput, state: CaseState, command: Extract<CaseCommand, { type: 'ask-extension' }>): Decision {
  const found = extensible(input.law, state, command.task)
  if ('refusal' in found) return refused(found.refusal)
  const { task, step, extension } = found
  const { actor, act, law } = input
  if (actor.organization !== task.organization || !actor.offices.includes(task.office)) {
    const title = officeTitle(law, task.office)
    return refused(refuse('actor-must-be-concerned-organization', extension.basis, `延长“${step.title}”的期限应由所涉的${title}申请。`, `请由${title}申请。`, { office: task.office }))
  }
  if (task.extension_asked !== null) {
    return refused(refuse('extension-must-not-be-pending', extension.basis, '已有一次延期申请待答复。', '请等待答复后再申请。', {}))
  }
  if (command.reason.trim() === '') {
    return refused(refuse('content-must-be-present', extension.basis, '缺少“延长期限的特殊原因”。', '请填写特殊原因后再申请。', { content: '延长期限的特殊原因' }))
  }
  const refusal = extensionRefusal(scopeOf(input, state, task, {}), task, extension, command.days, act.date)
  if (refusal) return refused(refusal)
  const asked = { days: command.days, reason: command.reason, on: act.date, by: actor.person }
  const draft = add({ state, events: [] }, { type: 'extension-asked', task: task.id, asked, by: by(input, task.office), act, basis: extension.basis })
  return { accepted: true, ...draft }
}

/** Another office answers: a grant moves the due date and tells those whom the pack names. */
export function decideAnswerExtension(input: DecisionInput, state: CaseState, command: Extract<CaseCommand, { type: 'answer-extension' }>): Decision {
  const found = extensible(input.law, state, command.task)
  if ('refusal' in found) return refused(found.refusal)
  const { task, step, extension } = found
  const { actor, act, law } = input
  const office = extension.granted_by
  const granter = partyOf(office, scopeOf(input, state, task, {}))
  if (!actor.offices.includes(office) || actor.organization !== granter) {
    const title = officeTitle(law, office)
    return refused(refuse('actor-must-hold-office', extension.basis, `“${step.title}”延期应报${title}同意。`, `请由${title}答复。`, { office }))
  }
  const asked = task.extension_asked
  if (asked === null) {
    return refused(refuse('extension-must-be-asked', extension.basis, '没有待答复的延期申请。', '请先由承办单位申请延期。', {}))
  }
  if (!command.grant) {
    if (command.reason.trim() === '') {
      return refused(refuse('content-must-be-present', extension.basis, '缺少不同意延期的理由。', '请填写理由。', { content: '理由' }))
    }
    const draft = add({ state, events: [] }, { type: 'extension-refused', task: task.id, reason: command.reason, by: by(input, office), act, basis: extension.basis })
    return { accepted: true, ...draft }
  }
  const refusal = extensionRefusal(scopeOf(input, state, task, {}), task, extension, asked.days, asked.on)
  if (refusal) return refused(refusal)
  let draft = add({ state, events: [] }, {
    type: 'clock-changed',
    task: task.id,
    entry: { kind: 'extended', days: asked.days, askedOn: asked.on, grantedOn: act.date, by: office },
    by: by(input, office),
    act,
    basis: extension.basis,
  })
  const extended = draft.state.tasks.find((one) => one.id === task.id)?.clock ?? null
  const until = extended === null ? null : dueDateOf(extended, input.law.calendar).due
  draft = add(draft, {
    type: 'effect-intended',
    handle: `${task.id}/extension-${task.clock?.history.length ?? 0}`,
    effect: 'notify',
    args: { to: extension.tell, notice: '延长审核期限告知', task: task.id, text: `“${step.title}”期限经同意延长${asked.days}个工作日，延长至${until ?? '另行确定之日'}，理由：${asked.reason}` },
    basis: extension.basis,
  })
  return { accepted: true, ...draft }
}

function extensible(law: CaseLaw, state: CaseState, id: string): { task: OpenTask; step: Step; extension: Extension } | { refusal: Refusal } {
  const procedure = procedureOf(law, state.procedure)
  const task = state.tasks.find((one) => one.id === id)
  if (!task) return { refusal: refuse('step-must-be-open', procedure.basis, '该环节现在没有待办。', '请核对办理环节。', { task: id }) }
  const step = stepOf(procedure, task.step)
  if (!step.extension || task.clock === null) {
    return { refusal: refuse('extension-must-be-provided-for', step.basis, `“${step.title}”没有可以延长期限的规定。`, '请在期限内办理；逾期办理将如实记录。', {}) }
  }
  return { task, step, extension: step.extension }
}

function extensionRefusal(scope: Scope, task: OpenTask, extension: Extension, days: number, askedOn: DecisionInput['act']['date']): Refusal | null {
  if (task.clock === null) throw new Error(`task ${task.id} has no clock`)
  const cap = figureIn(scope, extension.cap, presentRun(task.clock).on)
  const checked = checkExtension(task.clock, { days, askedOn }, { days: cap.value }, scope.law.calendar)
  return checked.ok ? null : fromClock(checked.refusal, extension)
}

function fromClock(refusal: ClockRefusal, extension: Extension): Refusal {
  return refuse(refusal.code, extension.basis, refusal.says, refusal.cure, { ...refusal.figures })
}

function by(input: DecisionInput, office: string) {
  return byOf(input.actor, office)
}
