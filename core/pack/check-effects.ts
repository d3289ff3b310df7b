import { EFFECTS, FACTS } from '../procedure/vocabulary.ts'
import { choices, wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import { literal, named } from './check-operand.ts'
import type { View } from './check-operand.ts'
import type { Effect, FactRequest } from './procedure-format.ts'

/** A fact is of the closed vocabulary, its arguments are complete, and the register it reads exists. */
export function checkFact(fact: FactRequest, view: View, path: RulePath): RuleFinding[] {
  return [...vocabularyFaults('fact', fact.fact, FACTS[fact.fact], Object.keys(FACTS), fact.with, path), ...argumentFaults(fact.with, view, path), ...registerFaults(fact.with, view, path, false)]
}

/** An effect is of the closed vocabulary, and what it writes, opens, changes or concludes exists. */
export function checkEffect(effect: Effect, view: View, path: RulePath): RuleFinding[] {
  return [
    ...vocabularyFaults('effect', effect.effect, EFFECTS[effect.effect], Object.keys(EFFECTS), effect.with, path),
    ...(effect.for_each === undefined || effect.for_each in view.procedure.collections
      ? argumentFaults(effect.with, view, path)
      : [wrong([...path, 'for_each'], 'collection-must-be-declared', `没有名为 ${effect.for_each} 的集合。`, `可用：${choices(Object.keys(view.procedure.collections))}。`)]),
    ...registerFaults(effect.with, view, path, effect.effect === 'register.put'),
    ...(effect.effect === 'case.open' ? openFaults(effect, view, path) : []),
    ...(effect.effect === 'case.status' ? caseStatusFaults(effect, view, path) : []),
    ...(effect.effect === 'clock.suspend' || effect.effect === 'clock.resume' ? clockFaults(effect, view, path) : []),
    ...(effect.effect === 'standing.set' ? standingFaults(effect, path) : []),
    ...concludesFaults(effect, view, path),
  ]
}

type Arguments = (typeof EFFECTS)[string] | undefined

function vocabularyFaults(kind: 'fact' | 'effect', name: string, rule: Arguments, known: readonly string[], args: Effect['with'], path: RulePath): RuleFinding[] {
  const word = kind === 'fact' ? '事实' : '效果'
  if (!rule) return [wrong([...path, kind], `${kind}-must-be-of-the-vocabulary`, `没有名为 ${name} 的${word}。`, `可用：${choices(known)}。`)]
  const missing = rule.required.filter((arg) => !(arg in args))
  const stray = rule.open ? [] : Object.keys(args).filter((arg) => !rule.required.includes(arg) && !rule.optional.includes(arg))
  return [
    ...missing.map((arg) => wrong(path, `${kind}-must-have-its-arguments`, `${word} ${name} 缺少参数 ${arg}。`, `必需：${rule.required.join('、')}。`)),
    ...stray.map((arg) => wrong([...path, 'with', arg], `${kind}-must-have-its-arguments`, `${word} ${name} 没有参数 ${arg}。`, `可用：${[...rule.required, ...rule.optional].join('、')}。`)),
  ]
}

function argumentFaults(args: Effect['with'], view: View, path: RulePath): RuleFinding[] {
  return Object.entries(args).flatMap(([name, operand]) => {
    const { fault } = named(operand, view)
    return fault === undefined ? [] : [wrong([...path, 'with', name], fault.code, fault.message, fault.cure)]
  })
}

function registerFaults(args: Effect['with'], view: View, path: RulePath, writes: boolean): RuleFinding[] {
  const id = literal(args['register'])
  if (id === null) return []
  const register = view.pack.registers[id]
  if (!register) return [wrong([...path, 'with', 'register'], 'register-must-be-declared', `没有名为 ${id} 的名册。`, `可用：${choices(Object.keys(view.pack.registers))}。`)]
  if (!writes) return []
  return Object.keys(args).filter((field) => field !== 'register' && field !== 'key' && !(field in register.fields)).map((field) =>
    wrong([...path, 'with', field], 'register-field-must-be-declared', `名册“${register.title}”没有 ${field} 这一栏。`, `可用：${choices(Object.keys(register.fields))}。`))
}

/** An opened case exists, may be opened by the platform, and gets the contents and links that its opening accepts. */
function openFaults(effect: Effect, view: View, path: RulePath): RuleFinding[] {
  const id = literal(effect.with['procedure'])
  const opened = id === null ? undefined : view.pack.procedures[id]
  if (!opened) return [wrong([...path, 'with', 'procedure'], 'procedure-must-be-declared', `没有名为 ${id ?? '（未写明）'} 的程序。`, `请写成 { value: … }，可用：${choices(Object.keys(view.pack.procedures))}。`)]
  const found: RuleFinding[] = []
  if (!opened.open.by_platform) found.push(wrong([...path, 'with', 'procedure'], 'procedure-must-open-to-the-platform', `“${opened.title}”没有允许由平台发起。`, '请在该程序的 open 中写 by_platform: true。'))
  const given = Object.keys(effect.with)
  const accepted = [...opened.open.requires, ...opened.open.optional]
  for (const name of given.filter((one) => one.startsWith('content.') && !accepted.includes(one.slice('content.'.length)))) {
    found.push(wrong([...path, 'with', name], 'opening-must-accept-contents', `发起“${opened.title}”不收取 ${name.slice('content.'.length)}。`, `可用：${choices(accepted)}。`))
  }
  for (const key of opened.open.requires.filter((one) => !given.includes(`content.${one}`))) {
    found.push(wrong(path, 'opening-must-get-its-contents', `发起“${opened.title}”必须有 ${key}，此处没有给出。`, `请补充 content.${key}。`))
  }
  for (const name of given.filter((one) => one.startsWith('link.') && !(one.slice('link.'.length) in opened.links))) {
    found.push(wrong([...path, 'with', name], 'link-must-be-declared', `“${opened.title}”没有名为 ${name.slice('link.'.length)} 的关联事项。`, `可用：${choices(Object.keys(opened.links))}。`))
  }
  for (const [name] of Object.entries(opened.links).filter(([one, link]) => !link.optional && !given.includes(`link.${one}`))) {
    found.push(wrong(path, 'opening-must-get-its-links', `发起“${opened.title}”必须关联 ${name}，此处没有给出。`, `请补充 link.${name}。`))
  }
  for (const name of given.filter((one) => one !== 'procedure' && !one.startsWith('content.') && !one.startsWith('link.'))) {
    found.push(wrong([...path, 'with', name], 'effect-must-have-its-arguments', `效果 case.open 没有参数 ${name}。`, '可用：procedure、content.…、link.…。'))
  }
  return found
}

function caseStatusFaults(effect: Effect, view: View, path: RulePath): RuleFinding[] {
  const status = literal(effect.with['status'])
  if (status === null) return []
  const target = effect.with['case']
  const link = typeof target === 'string' ? /^link\.([a-z0-9-]+)\.id$/.exec(target)?.[1] : undefined
  const id = link === undefined ? undefined : view.procedure.links[link]?.procedure
  const procedures = id === undefined ? Object.values(view.pack.procedures) : Object.values(view.pack.procedures).filter((one) => one.procedure === id)
  if (procedures.some((one) => status in one.statuses)) return []
  return [wrong([...path, 'with', 'status'], 'status-must-be-declared', `所指事项没有名为 ${status} 的状态。`, `可用：${choices(procedures.flatMap((one) => Object.keys(one.statuses)))}。`)]
}

/** The step whose clock is suspended is one of the case that is named, or of some case of the pack. */
function clockFaults(effect: Effect, view: View, path: RulePath): RuleFinding[] {
  const step = literal(effect.with['step'])
  if (step === null) return []
  const target = effect.with['case']
  const link = typeof target === 'string' ? /^link\.([a-z0-9-]+)\.id$/.exec(target)?.[1] : undefined
  const id = target === 'case.id' ? view.procedure.procedure : link === undefined ? undefined : view.procedure.links[link]?.procedure
  const procedures = Object.values(view.pack.procedures).filter((one) => id === undefined || one.procedure === id)
  if (procedures.some((one) => step in one.steps)) return []
  return [wrong([...path, 'with', 'step'], 'step-must-be-declared', `所指事项没有名为 ${step} 的环节。`, `可用：${choices(procedures.flatMap((one) => Object.keys(one.steps)))}。`)]
}

const STANDINGS = ['granted', 'suspended', 'restored', 'revoked', 'ended']

function standingFaults(effect: Effect, path: RulePath): RuleFinding[] {
  const to = literal(effect.with['to'])
  return to === null || STANDINGS.includes(to) ? [] : [wrong([...path, 'with', 'to'], 'standing-must-be-known', `没有名为 ${to} 的效力状态。`, `可用：${STANDINGS.join('、')}。`)]
}

/** The receipt of an outside platform concludes a step that this act opens or that is open in parallel. */
function concludesFaults(effect: Effect, view: View, path: RulePath): RuleFinding[] {
  const step = literal(effect.with['concludes'])
  if (step === null || step in view.procedure.steps) return []
  return [wrong([...path, 'with', 'concludes'], 'step-must-be-declared', `没有名为 ${step} 的环节。`, `可用：${choices(Object.keys(view.procedure.steps))}。`)]
}
