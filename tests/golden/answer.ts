import { dueDateOf } from '#core/calendar/due-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { Basis } from '#core/pack/basis.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { UnknownInPack, officeTitle, procedureOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import { decide } from '#core/procedure/decide.ts'
import type { DecisionInput } from '#core/procedure/decision-input.ts'
import { TaskCannotOpen } from '#core/procedure/task-opening.ts'
import type { Refusal } from '#core/decision/refusal.ts'

const SHOWN = 80 // characters of one value; the whole of a document is no part of an answer

/** What the engine answers under a law, in lines that a lawyer can read: the events in short, or the refusal with its provision. */
export function answerOf(law: CaseLaw, input: Omit<DecisionInput, 'law'>): string[] {
  try {
    const decision = decide({ ...input, law })
    if (!decision.accepted) return [refusalLine(decision.refusal)]
    const procedure = input.command.type === 'open' ? input.command.procedure : (input.state?.procedure ?? '')
    const lines = decision.events.flatMap((event) => lineOf(event, law, procedure, input))
    return lines.length === 0 ? ['没有变化'] : lines
  } catch (error) {
    if (error instanceof TaskCannotOpen || error instanceof UnknownInPack) return [`不能办理：${error.message}`]
    throw error
  }
}

export const refusalLine = ({ code, provision }: Pick<Refusal, 'code' | 'provision'>) => `不予受理 ${code}（${provision ?? '平台默认'}）`

export const isRefused = (answer: readonly string[]) => answer[0]?.startsWith('不') === true

function lineOf(event: CaseEvent, law: CaseLaw, procedure: string, input: Omit<DecisionInput, 'law'>): string[] {
  const stepTitle = (id: string) => `${id} ${procedureOf(law, procedure).steps[id]?.title ?? ''}`
  const who = (office: string) => `${officeTitle(law, office)}（${office}）`
  switch (event.type) {
    case 'case-opened': {
      const parties = Object.entries(event.parties).filter(([role]) => input.opening?.holders[role] === undefined)
      return [`立案：${who(event.by.office)}，状态${event.status}${at(event.basis)}`, ...(parties.length === 0 ? [] : [`当事单位：${parties.map(([role, one]) => `${role}=${one}`).join('，')}`])]
    }
    case 'step-concluded':
      return [`办结 ${stepTitle(event.step)}·${event.outcome}：${who(event.by.office)}${event.overdue_days === 0 ? '' : `，逾期${event.overdue_days}个工作日`}${at(event.basis)}`]
    case 'task-opened': {
      const due = event.clock === null ? '无期限' : `${dueDateOf(event.clock, law.calendar).due ?? '另定之日'}前`
      return [`待办 ${stepTitle(event.step)}${event.branch.length === 0 ? '' : `［${branchKey(event.branch)}］`}：${who(event.office)} ${event.organization}，${due}`]
    }
    case 'status-changed':
      return [`状态 ${event.status}`]
    case 'task-closed':
      return [`待办撤销 ${event.task}（${event.because}）`]
    case 'token-laid':
      return [`等待汇合 ${event.step} → ${event.target}`]
    case 'tokens-used':
      return [`汇合 ${event.target}`]
    case 'conclusion-voided':
      return [`原办理失效 ${event.step}（${event.content}已变更）`]
    case 'effect-intended':
      return [`效果 ${event.effect} ${argsOf(event.args)}${at(event.basis)}`]
    case 'task-overdue':
      return [`逾期 ${event.task}：${event.overdue_days}日，报告${event.told.map(who).join('、')}${at(event.basis)}`]
    case 'task-reminded':
      return [`提醒 ${event.task}：${event.due}到期，告知${event.told.map(who).join('、')}${at(event.basis)}`]
    case 'extension-asked':
      return [`申请延期 ${event.asked.days}日${at(event.basis)}`]
    case 'extension-refused':
      return [`不同意延期${at(event.basis)}`]
    case 'clock-changed':
      return [`期限变动 ${event.task} ${event.entry.kind}${at(event.basis)}`]
    case 'case-withdrawn':
      return [`撤回，状态${event.status}${at(event.basis)}`]
    case 'task-handed-over':
    case 'person-recused':
    case 'effect-done':
      return [event.type]
  }
}

const at = (basis: Basis) => `（${provisionOf(basis) ?? '平台默认'}）`

function argsOf(args: JsonObject): string {
  return Object.entries(args).map(([name, value]) => `${name}=${shortOf(value)}`).join('，')
}

/** A value in few characters; a hash says nothing to a reader. */
export function shortOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '（空）'
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/[0-9a-f]{64}/g, '〈哈希〉')
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
