import type { CompiledPack } from './compiled-pack.ts'
import type { Content } from './content-format.ts'
import { basisMark, figureText, officesText } from './render-text.ts'
import type { Check, Due, Procedure, Step } from './procedure-format.ts'

export type RuleSection = 'offices' | 'figures' | 'contents' | 'steps' | 'checks' | 'registers' | 'duties'

/** One rule of two packs side by side; a side that has no such rule is null. Texts are Chinese, for people. */
export type RulePair = { section: RuleSection; id: string; title: string; here: string | null; there: string | null }

/** The rules in which two packs differ, by section and id: offices, figures, steps, contents by element, checks, registers, duties. */
export function compareRules(here: CompiledPack, there: CompiledPack): RulePair[] {
  return SECTIONS.flatMap(([section, rulesOf]) => {
    const [own, other] = [rulesOf(here), rulesOf(there)]
    const ids = [...new Set([...own.keys(), ...other.keys()])].toSorted()
    return ids.flatMap((id): RulePair[] => {
      const [one, two] = [own.get(id), other.get(id)]
      if (one?.text === two?.text) return []
      return [{ section, id, title: one?.title ?? two?.title ?? id, here: one?.text ?? null, there: two?.text ?? null }]
    })
  })
}

type Told = { title: string; text: string }
type Rules = Map<string, Told>

const SECTIONS: readonly (readonly [RuleSection, (pack: CompiledPack) => Rules])[] = [
  ['offices', officesOf], ['figures', figuresOf], ['steps', stepsOf], ['contents', elementsOf], ['checks', checksOf], ['registers', registersOf], ['duties', dutiesOf],
]

const HOLDERS: Record<string, string> = { fixed: '本市一个单位', many: '若干单位', party: '在事项中确定', platform: '平台' }

function officesOf(pack: CompiledPack): Rules {
  return new Map(Object.entries(pack.offices).map(([id, office]) => [id, { title: office.title, text: `${office.title}（${HOLDERS[office.holder] ?? office.holder}）` }]))
}

function figuresOf(pack: CompiledPack): Rules {
  return new Map(Object.entries(pack.figures).map(([id, figure]) => [id, { title: figure.title, text: `${figureText(figure)}${basisMark(figure.basis)}` }]))
}

/** Who acts, until when and towards what: what makes a step another step. */
function stepsOf(pack: CompiledPack): Rules {
  const rows = Object.values(pack.procedures).flatMap((procedure) => [
    [`${procedure.procedure}/open`, { title: `${procedure.title}：发起`, text: `${officesText(pack, [procedure.open.by, ...(procedure.open.also_by ?? [])])}发起；须提交${listed(pack, procedure.open.requires)}` }] as const,
    ...Object.entries(procedure.steps).map(([id, step]) => [`${procedure.procedure}/${id}`, { title: `${procedure.title}：${step.title}`, text: stepText(pack, procedure, step) }] as const),
  ])
  return new Map(rows)
}

function stepText(pack: CompiledPack, procedure: Procedure, step: Step): string {
  const outcomes = Object.values(step.outcomes).map((outcome) => {
    const to = outcome.then.map((target) => procedure.steps[target.step]?.title ?? target.step).join('、')
    const given = outcome.requires.length === 0 ? '' : `须提交${listed(pack, outcome.requires)}，`
    return `${outcome.title}：${given}${outcome.ends ? '结束' : `转${to}`}`
  })
  return [`${officesText(pack, [step.by])}办理`, dueOf(pack, step.due), ...outcomes].filter((part) => part !== '').join('；')
}

function listed(pack: CompiledPack, keys: readonly string[]): string {
  return keys.length === 0 ? '（无）' : keys.map((key) => pack.contents[key]?.title ?? key).join('、')
}

function dueOf(pack: CompiledPack, due: Due | undefined): string {
  if (due === undefined) return '没有期限'
  const id = 'within' in due ? due.within : 'ahead' in due ? due.ahead : undefined
  if (id === undefined) return 'on' in due ? '至个案确定的日期' : '至每年固定的日期'
  const figure = pack.figures[id]
  return figure === undefined ? id : figureText(figure)
}

/** Contents by the element of the superior list that they answer; what answers none, by its own path. */
function elementsOf(pack: CompiledPack): Rules {
  const found: Rules = new Map()
  const walk = (content: Content, path: string, under: string): void => {
    const told = { title: content.title, text: content.optional === true ? '可以不填' : '必填' }
    found.set(content.atom === undefined ? path : `${under}#${content.atom}`, told)
    const below = content.type === 'group' ? content.items : content.type === 'table' ? content.columns : {}
    for (const [key, one] of Object.entries(below)) walk(one, `${path}.${key}`, under)
  }
  for (const [id, content] of Object.entries(pack.contents)) walk(content, id, id)
  return found
}

function checksOf(pack: CompiledPack): Rules {
  const found: Rules = new Map()
  const take = (procedure: Procedure, where: string, checks: readonly Check[]): void => {
    for (const check of checks) found.set(`${procedure.procedure}/${where}/${check.code}`, { title: `${procedure.title}：${check.message}`, text: check.message })
  }
  for (const procedure of Object.values(pack.procedures)) {
    take(procedure, 'open', procedure.open.checks)
    for (const [id, step] of Object.entries(procedure.steps)) for (const outcome of Object.values(step.outcomes)) take(procedure, id, outcome.checks)
  }
  return found
}

function registersOf(pack: CompiledPack): Rules {
  return new Map(Object.entries(pack.registers).map(([id, { title, public: open, fields }]) => [id, { title, text: `${title}（${open ? '公开' : '不公开'}）：${Object.values(fields).map((field) => field.title).join('、')}` }]))
}

const PERIODS: Record<string, string> = { year: '每年', 'half-year': '每半年', quarter: '每季度', month: '每月' }

function dutiesOf(pack: CompiledPack): Rules {
  return new Map(Object.entries(pack.duties).map(([id, { title, every }]) => [id, { title, text: `${title}（${PERIODS[every.unit] ?? every.unit}${'month_day' in every ? every.month_day : ''}）` }]))
}
