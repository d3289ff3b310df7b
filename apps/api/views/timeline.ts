import { dueDateOf } from '#core/calendar/due-date.ts'
import type { JsonObject } from '#core/json.ts'
import type { By, CaseEvent } from '#core/procedure/case-event.ts'
import { officeTitle, procedureOf, stepOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Branch } from '#core/procedure/case-state.ts'
import { basisView } from './basis.ts'
import type { Blind } from './blind.ts'
import type { Names } from './names.ts'
import { branchTitles } from './task.ts'
import { STANDING_KINDS } from '#capabilities/supervision/standing-notices/standing-kinds.ts'
import { PREVIEWED_EFFECTS } from '#adapters/cases/record-decision.ts'
import type { TimelineItem } from '../wire/case.ts'

export type TimelineEvent = { seq: number; event: CaseEvent; entry: string }
type Telling = { law: CaseLaw; procedure: string; names: Names; steps: Map<string, string>; preview: boolean }
type Told = { title: string; text: string } | null

/** What happened, in sentences as an official would write them; the inner workings of the engine are left out. */
export function timelineOf(law: CaseLaw, procedure: string, events: readonly TimelineEvent[], names: Names, blind: Blind): TimelineItem[] {
  const telling: Telling = { law, procedure, names, steps: new Map(), preview: events.some(({ event }) => event.type === 'case-opened' && event.preview === true) }
  let date: string = ''
  return events.flatMap(({ seq, event, entry }) => {
    date = dateOf(event) ?? date
    if (event.type === 'task-opened') telling.steps.set(event.task, stepTitle(telling, event.step, event.branch))
    if (blind.followed.has(seq)) return []
    if (blind.concluded.has(seq)) return [{ ...empty(seq, event.type, date), title: '已提交评审意见', text: '一名评审人已提交意见，各评审人的意见全部提交后方可查看。' }]
    const told = tell(telling, event)
    if (told === null) return []
    const by = 'by' in event ? { person: names.person(event.by.person), organization: names.organization(event.by.organization), office: officeTitle(law, event.by.office), acting_for: event.by.acting_for === undefined ? null : names.person(event.by.acting_for.person) } : null
    return [{
      ...empty(seq, event.type, date),
      ...told,
      by,
      recorded: 'act' in event ? event.act.recorded : null,
      overdue_days: 'overdue_days' in event ? event.overdue_days : 0,
      entry,
      basis: 'basis' in event ? basisView(event.basis, law) : null,
    }]
  })
}

function empty(seq: number, type: string, date: string): TimelineItem {
  return { seq, type, title: '', text: '', by: null, date, recorded: null, overdue_days: 0, entry: '', basis: null }
}

function dateOf(event: CaseEvent): string | null {
  if ('act' in event) return event.act.date
  if ('on' in event) return event.on
  return 'date' in event ? event.date : null
}

function tell(telling: Telling, event: CaseEvent): Told {
  const { law, names } = telling
  const procedure = procedureOf(law, telling.procedure)
  switch (event.type) {
    case 'case-opened':
      return { title: procedure.open.title, text: `${who(telling, event.by)}发起“${procedure.title}”，编号${event.number}。` }
    case 'step-concluded': {
      const step = stepOf(procedure, event.step)
      const outcome = step.outcomes[event.outcome]?.title ?? event.outcome
      const late = event.overdue_days > 0 ? `，逾期${event.overdue_days}个工作日` : ''
      return { title: `${stepTitle(telling, event.step, event.branch)}：${outcome}`, text: `${who(telling, event.by)}办理“${step.title}”，结果为“${outcome}”${late}。` }
    }
    case 'status-changed':
      return { title: '状态变更', text: `事项状态变更为“${procedure.statuses[event.status] ?? event.status}”。` }
    case 'task-opened':
      return { title: `进入“${stepTitle(telling, event.step, event.branch)}”`, text: `由${event.organization === 'platform' ? '平台自动' : `${names.organization(event.organization)}（${officeTitle(law, event.office)}）`}办理${dueText(telling, event)}。` }
    case 'task-closed':
      return { title: '环节关闭', text: `“${titleOfTask(telling, event.task)}”${CLOSED[event.because]}。` }
    case 'token-laid':
    case 'tokens-used':
      return null
    case 'conclusion-voided':
      return { title: '原结论失效', text: `因“${law.pack.contents[event.content]?.title ?? event.content}”的文本变更，“${stepOf(procedure, event.step).title}”的原结论失效，须重新办理。` }
    default:
      return tellOfTime(telling, event)
  }
}

type OfTime = Exclude<CaseEvent, { type: 'case-opened' | 'step-concluded' | 'status-changed' | 'task-opened' | 'task-closed' | 'token-laid' | 'tokens-used' | 'conclusion-voided' }>

function tellOfTime(telling: Telling, event: OfTime): Told {
  const { names } = telling
  switch (event.type) {
    case 'extension-asked':
      return { title: '申请延期', text: `${who(telling, event.by)}申请将“${titleOfTask(telling, event.task)}”的期限延长${event.asked.days}日，理由：${event.asked.reason}` }
    case 'extension-refused':
      return { title: '不同意延期', text: `${who(telling, event.by)}不同意延长“${titleOfTask(telling, event.task)}”的期限，理由：${event.reason}` }
    case 'clock-changed':
      return { title: '期限变更', text: `“${titleOfTask(telling, event.task)}”的期限${clockText(event.entry)}。` }
    case 'task-overdue':
      return { title: '逾期提示', text: `“${titleOfTask(telling, event.task)}”已逾期${event.overdue_days}日${event.told.length === 0 ? '' : `，已提示${event.told.map((office) => officeTitle(telling.law, office)).join('、')}`}。` }
    case 'task-reminded':
      return { title: '到期提醒', text: `“${titleOfTask(telling, event.task)}”将于${event.due}到期，已提醒${event.told.map((office) => officeTitle(telling.law, office)).join('、')}。` }
    case 'person-recused':
      return { title: '回避', text: `${names.person(event.person)}在“${titleOfTask(telling, event.task)}”中回避${event.to === null ? '' : `，改由${names.person(event.to)}办理`}，理由：${event.reason}` }
    case 'task-handed-over':
      return { title: '转办', text: `${who(telling, event.by)}将“${titleOfTask(telling, event.task)}”${event.to === null ? '退回本单位' : `转由${names.person(event.to)}`}办理，原因：${event.reason}` }
    case 'case-withdrawn':
      return { title: '撤回', text: `${who(telling, event.by)}撤回本事项，原因：${event.reason}` }
    case 'effect-intended':
      return tried(telling, event.effect, effectText(telling, event.effect, event.args))
    case 'effect-done':
      return { title: '外部办理结果', text: '外部平台已返回办理结果，已记入本事项。' }
  }
}

const CLOSED = { cancelled: '因其他环节的办理结果不再办理', overdue: '因期限届满关闭', withdrawn: '因事项撤回关闭', superseded: '由新的环节取代' } as const

function clockText(entry: Extract<CaseEvent, { type: 'clock-changed' }>['entry']): string {
  switch (entry.kind) {
    case 'started':
      return `自${entry.on}起算`
    case 'restarted':
      return `因${entry.trigger}自${entry.on}重新计算`
    case 'suspended':
      return `自${entry.from}起中止计算`
    case 'resumed':
      return `自${entry.on}起恢复计算`
    case 'extended':
      return `经同意延长${entry.days}日`
    case 'stopped':
      return `于${entry.on}终止`
  }
}

function effectText(telling: Telling, effect: string, args: JsonObject): Told {
  const text = (name: string) => (typeof args[name] === 'string' ? args[name] : '')
  switch (effect) {
    case 'notify': {
      const offices = [args['to'] ?? []].flat().map((office) => officeTitle(telling.law, String(office)))
      return offices.length === 0 ? null : { title: text('notice'), text: `已向${offices.join('、')}送达“${text('notice')}”。` }
    }
    case 'publish':
      return { title: '向社会公开', text: `已公开“${text('title')}”。` }
    case 'register.put':
      return { title: '登记入册', text: `已记入“${telling.law.pack.registers[text('register')]?.title ?? text('register')}”。` }
    case 'register.end':
      return { title: '登记终止', text: `“${telling.law.pack.registers[text('register')]?.title ?? text('register')}”中的记录已终止，原因：${text('reason')}` }
    case 'standing.set':
      return { title: `${kindOf(text('kind'))}${STANDINGS[text('to')] ?? text('to')}`, text: `${kindOf(text('kind'))}的授权状态变更为“${STANDINGS[text('to')] ?? text('to')}”${text('reason') === '' ? '' : `，原因：${text('reason').replace(/。$/, '')}`}${TOLD.has(text('to')) ? '；已通知有关单位' : ''}。` }
    default:
      return EFFECTS[effect] === undefined ? null : { title: EFFECTS[effect], text: `${EFFECTS[effect]}。` }
  }
}

function kindOf(kind: string): string {
  return STANDING_KINDS[kind] ?? '有关授权'
}

/** In a preview nothing goes beyond cases of the preview: what would have been done is told as such. */
function tried({ preview }: Telling, effect: string, told: Told): Told {
  return told === null || !preview || PREVIEWED_EFFECTS.has(effect) ? told : { title: `${told.title}（预演）`, text: `正式办理时：${told.text}预演中没有实际执行。` }
}

const STANDINGS: Readonly<Record<string, string>> = { granted: '生效', suspended: '暂停', restored: '恢复', revoked: '撤销', ended: '终止' }
/** Of these changes those concerned are told. */
const TOLD: ReadonlySet<string> = new Set(['suspended', 'revoked', 'restored'])
const EFFECTS: Readonly<Record<string, string>> = {
  'case.open': '已据此发起关联事项',
  port: '已报送外部平台，等待回执',
  'access.revoke': '已收回协议项下的全部访问权限',
  'exit.destroy-keys': '已开始销毁协议项下数据的密钥',
  'environment.release': '结果已获准移出开发利用环境',
  'space.supply': '已按同意的范围向可信数据空间供给，等待回执',
  'services.grant': '已开通产品服务',
}

function who({ law, names }: Telling, by: By): string {
  if (by.person === 'platform') return '平台自动'
  return `${officeTitle(law, by.office)}${names.organization(by.organization)}（经办人：${names.person(by.person)}${by.acting_for === undefined ? '' : `，代${names.person(by.acting_for.person)}办理`}）`
}

function stepTitle({ law, procedure, names }: Telling, step: string, branch: Branch): string {
  const title = stepOf(procedureOf(law, procedure), step).title
  const parts = branchTitles(branch, names).map((part) => part.title)
  return parts.length === 0 ? title : `${title}（${parts.join('、')}）`
}

function titleOfTask(telling: Telling, task: string): string {
  return telling.steps.get(task) ?? task
}

function dueText({ law }: Telling, event: Extract<CaseEvent, { type: 'task-opened' }>): string {
  if (event.clock === null) return ''
  const { due, provisional } = dueDateOf(event.clock, law.calendar)
  return due === null ? '' : `，应于${due}前办结${provisional ? '（暂定）' : ''}`
}
