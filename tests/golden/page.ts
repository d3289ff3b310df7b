import { stringify } from 'yaml'
import { provisionOf } from '#core/pack/basis.ts'
import type { Content } from '#core/pack/content-format.ts'
import { officeTitle, procedureOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { isRefused } from './answer.ts'
import { PARTS } from './case.ts'
import type { GoldenCase, Part } from './case.ts'
import type { ContentCase } from './content-cases.ts'
import type { PolicyCase } from './policy-cases.ts'

const TITLES: Readonly<Record<Part, string>> = {
  properly: '依规则办理', others: '由其他单位办理', without: '缺少内容', links: '关联事项', checks: '核对', times: '期限', extension: '延期',
}
const HEAD = '本页由 npm run golden -- --write 生成，记录的是引擎按现行规则包对每一种办理的实际回答，供逐条核对；条文应当怎样，以 docs/conformance 所列依条文编写的场景为准。'
const SAME = '同依规则办理'

/** One procedure's page: act by act what is answered, the provision beside each answer. */
export function procedurePage(law: CaseLaw, id: string, cases: readonly GoldenCase[]): string {
  const procedure = procedureOf(law, id)
  const acts = [...new Set(cases.map((one) => one.act))]
  const body = Object.fromEntries(acts.map((act) => [titleOf(law, id, act), actBody(law, cases.filter((one) => one.act === act))]))
  return text(`${procedure.title}（${id}，${provisionOf(procedure.basis) ?? '平台默认'}）`, body)
}

function titleOf(law: CaseLaw, id: string, act: string): string {
  const procedure = procedureOf(law, id)
  if (act === 'open') return `open 立案：${procedure.open.title}（${officeTitle(law, procedure.open.by)}）`
  const [stepId = '', name = ''] = act.split('.')
  const step = procedure.steps[stepId]
  const outcome = step?.outcomes[name]
  return `${act} ${step?.title ?? ''}${outcome === undefined ? '' : `：${outcome.title}`}（${officeTitle(law, outcome?.by ?? step?.by ?? '')}）`
}

type Body = Record<string, unknown>

function actBody(law: CaseLaw, cases: readonly GoldenCase[]): Body {
  const proper = cases.find((one) => one.part === 'properly')?.answer.join('\n')
  return Object.fromEntries(PARTS.flatMap((part): [string, unknown][] => {
    const own = cases.filter((one) => one.part === part)
    if (own.length === 0) return []
    if (part === 'properly') return [[TITLES[part], own.length === 1 ? own[0]?.answer : Object.fromEntries(own.map((one) => [one.name, one.answer]))]]
    const body: Record<string, unknown> = {}
    for (const { name, answer } of own) {
      const word = wordOf(law, part, name)
      if (isRefused(answer)) {
        const key = answer.join('；')
        body[key] = [...((body[key] as string[] | undefined) ?? []), word] // only lists stand under a refusal
      } else body[word] = answer.join('\n') === proper ? SAME : answer.length === 1 ? answer[0] : answer
    }
    return [[TITLES[part], body]]
  }))
}

function wordOf(law: CaseLaw, part: Part, name: string): string {
  if (part === 'others' && name in law.pack.offices) return `${officeTitle(law, name)}（${name}）`
  const content: Content | undefined = part === 'without' ? law.pack.contents[name] : undefined
  return content === undefined ? name : `${content.title}（${name}）`
}

/** The contents that a pack declares: what is accepted, what is not. */
export function contentsPage(law: CaseLaw, cases: readonly ContentCase[]): string {
  const body: Record<string, Record<string, string[]>> = {}
  for (const { content, name, answer } of cases) {
    const title = `${content} ${law.pack.contents[content]?.title ?? ''}`
    const own = (body[title] ??= {})
    own[answer] = [...(own[answer] ?? []), name]
  }
  return text('内容', body)
}

/** The decision tables: for each row an input that it decides. */
export function policiesPage(cases: readonly PolicyCase[]): string {
  const body: Record<string, Record<string, unknown>> = {}
  for (const { policy, name, input, answer } of cases) (body[policy] ??= {})[name] = { 输入: JSON.stringify(input), 回答: answer }
  return text('判定表', body)
}

function text(title: string, body: Body): string {
  return `# ${title}\n# ${HEAD}\n${stringify(body, { lineWidth: 0, aliasDuplicateObjects: false })}`
}
