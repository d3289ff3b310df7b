import type { CompiledPack } from './compiled-pack.ts'
import type { Due, Effect, Outcome, Procedure, Step, Target } from './procedure-format.ts'
import { provisionOf } from './basis.ts'
import { collectionText, conditionText, operandText } from './render-operand.ts'
import { basisMark, basisText, cell, contentTitle, figureText, officeText, officesText, provisionText, table } from './render-text.ts'

const HEADS = ['序号', '环节', '谁办理', '依据', '期限', '须提交', '不予通过的情形', '结果与去向', '告知与效果', '逾期与延长']

/** The numbered table of a procedure's steps, its opening first: one row answers who, what, until when, on what. */
export function stepTable(pack: CompiledPack, procedure: Procedure): string[] {
  const open = procedure.open
  const opening = [
    '0', `发起：${open.title}`, cell([officesText(pack, [open.by, ...(open.also_by ?? [])]), open.by_platform ? '也可由平台发起' : '']), cell([basisText(pack, open.basis ?? procedure.basis)]), '—',
    given(pack, [['', open]]), refusals(pack, [['', open]]), leads(pack, procedure, [['', open]]), cell(effectsOf(pack, procedure, [['', open]])), '—',
  ]
  const steps = Object.entries(procedure.steps).map(([id, step], index) => stepRow(pack, procedure, id, step, index + 1))
  return table(HEADS, [opening, ...steps])
}

const STANDINGS: Record<string, string> = { granted: '有效', suspended: '暂停', restored: '恢复', revoked: '撤销', ended: '终止' }

type Named = [string, Pick<Outcome, 'title' | 'requires' | 'optional' | 'checks' | 'then' | 'ends' | 'status' | 'effects' | 'cancels'>]

function stepRow(pack: CompiledPack, procedure: Procedure, id: string, step: Step, number: number): string[] {
  const outcomes: Named[] = Object.values(step.outcomes).map((outcome) => [outcome.title, outcome])
  const others = Object.values(step.outcomes).filter((outcome) => outcome.by !== undefined && outcome.by !== step.by)
  return [
    String(number),
    cell([step.title, `\`${id}\``, joinText(procedure, step)]),
    cell([officeText(pack, step.by), ...others.map((outcome) => `${outcome.title}：${officeText(pack, outcome.by ?? '')}`), step.seats === undefined ? '' : '由不同人员分别签署']),
    cell([basisText(pack, step.basis), ...Object.values(step.outcomes).flatMap((outcome) => (outcome.basis === undefined ? [] : [`${outcome.title}：${basisText(pack, outcome.basis)}`]))]),
    step.due === undefined ? '—' : cell(dueText(pack, procedure, step.due)),
    given(pack, outcomes),
    refusals(pack, outcomes),
    leads(pack, procedure, outcomes, step),
    cell(effectsOf(pack, procedure, outcomes)),
    cell(lateText(pack, procedure, step)),
  ]
}

function joinText(procedure: Procedure, step: Step): string {
  if (step.join === undefined) return ''
  if (step.join === 'branches') return '各分支都办结之后'
  return `${step.join.all.map((one) => `“${procedure.steps[one]?.title ?? one}”`).join('、')}都办结之后`
}

function dueText(pack: CompiledPack, procedure: Procedure, due: Due): string[] {
  if ('on' in due) return [`至${operandText(pack, procedure, due.on)}`, basisText(pack, due.basis)]
  if ('month_day' in due) return [`至${operandText(pack, procedure, due.from)}之后的第一个${monthDayText(due.month_day)}`, basisText(pack, due.basis)]
  if ('ahead' in due) {
    const ahead = pack.figures[due.ahead]
    return ahead === undefined ? [due.ahead] : [`${operandText(pack, procedure, due.of)}之前${figureText({ ...ahead, bound: 'in-advance' })}`, basisText(pack, ahead.basis)]
  }
  const figure = pack.figures[due.within]
  if (!figure) return [due.within]
  const special = due.unless === undefined ? [] : ['有登记在案的特别规定的，从其规定']
  return [`${figureText(figure)}，自${operandText(pack, procedure, due.from)}起算（当日不计）`, ...special, basisText(pack, figure.basis)]
}

/** `03-31` → 3月31日. */
function monthDayText(monthDay: string): string {
  const [month, day] = monthDay.split('-').map(Number)
  return `${month}月${day}日`
}

function given(pack: CompiledPack, outcomes: readonly Named[]): string {
  return cell(outcomes.flatMap(([title, outcome]) => {
    const names = [...outcome.requires.map((key) => contentTitle(pack, key)), ...outcome.optional.map((key) => `${contentTitle(pack, key)}（可以不填）`)]
    return names.length === 0 ? [] : [`${title === '' ? '' : `${title}：`}${names.join('、')}`]
  }))
}

function refusals(pack: CompiledPack, outcomes: readonly Named[]): string {
  const seen = new Set<string>()
  return cell(outcomes.flatMap(([, outcome]) => outcome.checks.flatMap((check) => {
    const provision = provisionOf(check.basis)
    const basis = `${basisMark(check.basis)}${provision === null ? '' : provisionText(pack, provision)}${'says' in check.basis ? `“${check.basis.says}”` : ''}`
    const said = `${check.message.replaceAll(/\{(\w+)\}/g, '〔$1〕')}（${check.code}；${basis}）`
    if (seen.has(said)) return []
    seen.add(said)
    return [said]
  })))
}

function leads(pack: CompiledPack, procedure: Procedure, outcomes: readonly Named[], step?: Step): string {
  return cell(outcomes.map(([title, outcome]) => {
    const to = outcome.ends ? '结束' : outcome.then.map((target) => targetText(pack, procedure, target)).join('；')
    const status = outcome.status === undefined ? '' : `，状态为“${procedure.statuses[outcome.status] ?? outcome.status}”`
    const fires = step === undefined ? undefined : Object.values(step.outcomes).find((one) => one.title === title)?.fires
    const by = fires === 'elapsed' ? '（期满由平台办理）' : fires === 'at-once' ? '（条件具备即由平台办理）' : ''
    return `${title === '' ? '' : `${title}${by} `}→ ${to}${status}`
  }))
}

function targetText(pack: CompiledPack, procedure: Procedure, target: Target): string {
  const title = procedure.steps[target.step]?.title ?? target.step
  const each = target.for_each === undefined ? '' : `（${collectionText(pack, procedure, target.for_each)}）`
  return `“${title}”${each}${target.when === undefined ? '' : `（${conditionText(pack, procedure, target.when)}时）`}`
}

function effectsOf(pack: CompiledPack, procedure: Procedure, outcomes: readonly Named[]): string[] {
  return outcomes.flatMap(([, outcome]) => outcome.effects.map((effect) => effectText(pack, procedure, effect)))
}

function effectText(pack: CompiledPack, procedure: Procedure, effect: Effect): string {
  const to = effect.with['to']
  const literal = (name: string): string => {
    const operand = effect.with[name]
    return operand === undefined ? '' : operandText(pack, procedure, operand)
  }
  const when = effect.when === undefined ? '' : `（${conditionText(pack, procedure, effect.when)}时）`
  if (effect.effect === 'notify' && typeof to === 'object' && Array.isArray(to.value)) return `告知${officesText(pack, to.value)}：${literal('notice')}${when}`
  const register = literal('register')
  const named = register === '' ? '' : `“${pack.registers[register]?.title ?? register}”`
  const words: Record<string, string> = {
    publish: `公开：${literal('title')}`, 'register.put': `记入${named}`, 'register.end': `注销${named}中的记录`, 'standing.set': `效力改为${STANDINGS[literal('to')] ?? literal('to')}（${literal('kind')}）`,
    'case.open': `开启“${pack.procedures[literal('procedure')]?.title ?? literal('procedure')}”`, 'clock.suspend': `中止${literal('case')}的期限`, 'clock.resume': `恢复计算${literal('case')}的期限`,
    'case.status': `关联事项状态改为${literal('status')}`, port: `送外部平台（${literal('port')}：${literal('action')}）`,
    'access.revoke': '撤销协议项下全部调用权限', 'exit.destroy-keys': '销毁协议项下数据的密钥', 'space.supply': `按同意的范围供给至可信数据空间，等待回执`,
  }
  return `${words[effect.effect] ?? `\`${effect.effect}\``}${when}`
}

function lateText(pack: CompiledPack, procedure: Procedure, step: Step): string[] {
  const found: string[] = []
  if (step.extension) {
    const cap = pack.figures[step.extension.cap]
    found.push(`延长：报${officeText(pack, step.extension.granted_by)}同意，${cap === undefined ? step.extension.cap : figureText(cap)}，告知${officesText(pack, step.extension.tell)}；${basisText(pack, step.extension.basis)}`)
  }
  if (step.due === undefined) return found
  for (const { ahead, tell, basis } of step.reminders ?? []) {
    const figure = pack.figures[ahead]
    found.push(`到期提醒：${figure === undefined ? ahead : figureText({ ...figure, bound: 'in-advance' })}告知${officesText(pack, tell)}；${basisText(pack, basis)}`)
  }
  const tell = step.overdue?.tell ?? pack.manifest.escalation?.to ?? []
  const then = (step.overdue?.then ?? []).map((target) => targetText(pack, procedure, target)).join('、')
  const basis = step.overdue?.basis ?? pack.manifest.escalation?.basis
  if (tell.length > 0) found.push(`逾期：告知${officesText(pack, tell)}${then === '' ? '' : `，转${then}`}${step.overdue?.closes ? '，本环节关闭' : ''}${basis === undefined ? '' : `；${basisText(pack, basis)}`}`)
  return found
}
