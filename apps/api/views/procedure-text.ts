import type { Outcome, Procedure, Step, Target } from '#core/pack/procedure-format.ts'
import { figureOf, officeTitle } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { basisView } from './basis.ts'

/** The procedure as a Mermaid flow chart: steps as nodes, outcomes as arrows. */
export function procedureDiagram(procedure: Procedure): string {
  const lines = ['flowchart TD', `  open(["${procedure.open.title}"])`]
  for (const [id, step] of Object.entries(procedure.steps)) lines.push(`  ${node(id)}["${step.title}"]`)
  const arrow = (from: string, outcome: Pick<Outcome, 'title' | 'then' | 'ends'>) => {
    for (const target of outcome.then) lines.push(`  ${from} -->|"${outcome.title}${target.for_each === undefined ? '' : '（逐一）'}"| ${node(target.step)}`)
    if (outcome.ends) lines.push(`  ${from} -->|"${outcome.title}"| ended(["办结"])`)
  }
  arrow('open', procedure.open)
  for (const [id, step] of Object.entries(procedure.steps)) {
    for (const outcome of Object.values(step.outcomes)) arrow(node(id), outcome)
    for (const target of step.overdue?.then ?? []) lines.push(`  ${node(id)} -.->|"逾期"| ${node(target.step)}`)
  }
  return `${lines.join('\n')}\n`
}

function node(id: string): string {
  return `s_${id.replaceAll('-', '_')}`
}

/** The procedure in words, as Markdown: who does what, within which time, with which contents, and what follows. */
export function procedureMarkdown(law: CaseLaw, procedure: Procedure): string {
  const lines = [`## ${procedure.title}`, '', `由${officeTitle(law, procedure.open.by)}发起：${procedure.open.title}。`, ...outcomeLines(law, procedure, procedure.open)]
  for (const step of Object.values(procedure.steps)) lines.push('', ...stepLines(law, procedure, step))
  return `${lines.join('\n')}\n`
}

function stepLines(law: CaseLaw, procedure: Procedure, step: Step): string[] {
  const basis = basisView(step.basis, law)
  const lines = [`### ${step.title}`, '', `- 办理：${officeTitle(law, step.by)}`, `- 依据：${basis.label ?? '平台默认'}${basis.says === null ? '' : `：“${basis.says}”`}`]
  if (step.due !== undefined && 'within' in step.due) {
    const { value, unit } = figureOf(law, step.due.within)
    lines.push(`- 期限：${value}${UNITS[unit]}`)
  }
  for (const outcome of Object.values(step.outcomes)) lines.push(`- 结果“${outcome.title}”`, ...outcomeLines(law, procedure, outcome).map((line) => `  ${line}`))
  return lines
}

const UNITS = { 'working-day': '个工作日', 'calendar-day': '日', month: '个月', year: '年', count: '次', percent: '%', ratio: '', entity: '个主体', yuan: '元' } as const

function outcomeLines(law: CaseLaw, procedure: Procedure, outcome: Pick<Outcome, 'requires' | 'optional' | 'checks' | 'then'>): string[] {
  const titled = (ids: readonly string[]) => ids.map((id) => law.pack.contents[id]?.title ?? id).join('、')
  const lines: string[] = []
  if (outcome.requires.length > 0) lines.push(`- 须填：${titled(outcome.requires)}`)
  if (outcome.optional.length > 0) lines.push(`- 可填：${titled(outcome.optional)}`)
  for (const check of outcome.checks) lines.push(`- 核验：${check.message}`)
  if (outcome.then.length > 0) lines.push(`- 下一步：${outcome.then.map((target: Target) => procedure.steps[target.step]?.title ?? target.step).join('、')}`)
  return lines
}
