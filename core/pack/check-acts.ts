import { isLegalDate } from '../calendar/legal-date.ts'
import type { Content } from './content-format.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { choices, wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import { checksContradict } from './check-contradictions.ts'
import { checkEffect, checkFact } from './check-effects.ts'
import { columnsOf, named } from './check-operand.ts'
import type { View } from './check-operand.ts'
import { heldInCase } from './check-offices.ts'
import type { Check, Condition, Due, Effect, FactRequest, Operand, Outcome, Procedure, Step, Target } from './procedure-format.ts'
import type { ProcedureRuns } from './procedure-runs.ts'

type Act = Pick<Outcome, 'requires' | 'optional' | 'facts' | 'checks' | 'effects' | 'then'>

/** Everything that the acts of a procedure name is declared, and known by the time the act is done. */
export function checkActs(pack: CompiledPack, procedure: Procedure, runs: ProcedureRuns): RuleFinding[] {
  const path = ['procedures', procedure.procedure]
  const opening = afterGiven(pack, procedure, { contents: new Set(), facts: {}, steps: new Set(), branches: [[]] }, procedure.open)
  return [
    ...Object.entries(procedure.parties).flatMap(([role, { from }]) => operandFaults(from, { ...viewAnywhere(pack, procedure, runs) }, [...path, 'parties', role, 'from'])),
    ...actFaults(procedure.open, opening, [...path, 'open']),
    ...Object.entries(procedure.collections).flatMap(([id, collection]) => collectionFaults(collection, viewAnywhere(pack, procedure, runs), [...path, 'collections', id])),
    ...Object.entries(procedure.steps).flatMap(([id, step]) => stepFaults(pack, procedure, runs, id, step, [...path, 'steps', id])),
  ]
}

type Seen = Pick<View, 'contents' | 'facts' | 'steps' | 'branches'>

/** What a step can see: what was given on every way to it, in its own branch or around it. */
function seenAt(procedure: Procedure, runs: ProcedureRuns, id: string): Seen {
  const before = runs.before.get(id) ?? new Set(['open'])
  const branches = runs.branches.get(id) ?? [[]]
  const contents = new Set<string>()
  const facts: Record<string, FactRequest> = {}
  for (const other of before) {
    const acts: Act[] = other === 'open' ? [procedure.open] : Object.values(procedure.steps[other]?.outcomes ?? {})
    const given = other === 'open' ? [[]] : (runs.branches.get(other) ?? [])
    const inSight = given.some((from) => branches.some((at) => from.every((collection, depth) => at[depth] === collection)))
    for (const act of acts) {
      Object.assign(facts, act.facts)
      if (inSight) for (const key of [...act.requires, ...act.optional]) contents.add(key)
    }
  }
  return { contents, facts, steps: before, branches }
}

function afterGiven(pack: CompiledPack, procedure: Procedure, seen: Seen, act: Act): View {
  return { pack, procedure, ...seen, contents: new Set([...seen.contents, ...act.requires, ...act.optional]), facts: { ...seen.facts, ...act.facts }, row: null }
}

/** Rules that are asked at several places of a procedure (collections, parties) may name what any place knows. */
function viewAnywhere(pack: CompiledPack, procedure: Procedure, runs: ProcedureRuns): View {
  const all = ['open', ...Object.keys(procedure.steps)].map((id) => seenAt(procedure, runs, id))
  const acts: Act[] = [procedure.open, ...Object.values(procedure.steps).flatMap((step) => Object.values(step.outcomes))]
  return {
    pack, procedure, row: null,
    contents: new Set(acts.flatMap((act) => [...act.requires, ...act.optional])),
    facts: Object.assign({}, ...acts.map((act) => act.facts)),
    steps: new Set(all.flatMap((seen) => [...seen.steps])),
    branches: [Object.keys(procedure.collections)],
  }
}

function stepFaults(pack: CompiledPack, procedure: Procedure, runs: ProcedureRuns, id: string, step: Step, path: RulePath): RuleFinding[] {
  const seen = seenAt(procedure, runs, id)
  const view: View = { pack, procedure, ...seen, row: null }
  const found = [
    ...operandFaults(step.organization, view, [...path, 'organization']),
    ...dueFaults(step.due, view, [...path, 'due']),
    ...targetsFaults(step.overdue?.then ?? [], view, [...path, 'overdue', 'then']),
  ]
  for (const [name, outcome] of Object.entries(step.outcomes)) {
    // The step itself has concluded for what follows it.
    const acting = afterGiven(pack, procedure, { ...seen, steps: new Set([...seen.steps, id]) }, outcome)
    found.push(...actFaults(outcome, acting, [...path, 'outcomes', name]))
  }
  return found
}

function dueFaults(due: Due | undefined, view: View, path: RulePath): RuleFinding[] {
  if (due === undefined) return []
  if ('on' in due) return operandFaults(due.on, view, [...path, 'on'])
  if ('ahead' in due) return operandFaults(due.of, view, [...path, 'of'])
  const unreal = 'month_day' in due && !isLegalDate(`2001-${due.month_day}`)
  return [
    ...operandFaults(due.from, view, [...path, 'from']),
    ...('unless' in due && due.unless !== undefined ? [...operandFaults(due.unless.amount, view, [...path, 'unless', 'amount']), ...operandFaults(due.unless.provision, view, [...path, 'unless', 'provision'])] : []),
    ...(unreal ? [wrong([...path, 'month_day'], 'day-must-be-of-the-calendar', `没有 ${due.month_day} 这一天。`, '请写成“月-日”，如 03-31。')] : []),
  ]
}

function actFaults(act: Act, view: View, path: RulePath): RuleFinding[] {
  const declared = (['requires', 'optional'] as const).flatMap((list) => act[list].flatMap((key, index) =>
    key in view.pack.contents ? [] : [wrong([...path, list, index], 'content-must-be-declared', `没有名为 ${key} 的内容。`, '请在 contents/ 中声明，或者改用已声明的内容。')]))
  return [
    ...declared,
    ...Object.entries(act.facts).flatMap(([name, fact]) => checkFact(fact, view, [...path, 'facts', name])),
    ...act.checks.flatMap((check, index) => checkFaults(check, view, [...path, 'checks', index])),
    ...checksContradict(act.checks, [...path, 'checks']),
    ...act.effects.flatMap((effect, index) => {
      const at = [...path, 'effects', index]
      const inside = inBranch(view, effect.for_each)
      return [...conditionFaults(effect.when, inside, [...at, 'when']), ...checkEffect(effect, inside, at), ...toldFaults(effect, inside, at)]
    }),
    ...targetsFaults(act.then, view, [...path, 'then']),
  ]
}

/** Whom a notice names is known by then: a party that a later step determines cannot be told yet. */
function toldFaults(effect: Effect, view: View, path: RulePath): RuleFinding[] {
  const to = effect.with['to']
  if (effect.effect !== 'notify' || typeof to !== 'object' || !Array.isArray(to.value)) return []
  return to.value.flatMap((office) => {
    const from = view.procedure.parties[office]?.from
    const isKnown = from === undefined || heldInCase(view.pack, { ...view.procedure, parties: {} }, office)
    const fault = isKnown ? undefined : named(from, view).fault
    return fault === undefined ? [] : [wrong([...path, 'with', 'to'], 'party-must-be-known-by-then', `到此环节为止，还没有确定 ${office} 是哪个单位：${fault.message}`, '请在确定该单位之后再告知，或者改告知已经确定的单位。')]
  })
}

function inBranch(view: View, collection: string | undefined): View {
  return collection === undefined ? view : { ...view, branches: view.branches.map((branch) => [...branch, collection]) }
}

function targetsFaults(targets: readonly Target[], view: View, path: RulePath): RuleFinding[] {
  return targets.flatMap((target, index) => [
    ...conditionFaults(target.when, view, [...path, index, 'when']),
    ...(target.for_each === undefined ? [] : operandFaults(view.procedure.collections[target.for_each]?.rows_of, view, [...path, index, 'for_each'])),
  ])
}

function collectionFaults(collection: Procedure['collections'][string], view: View, path: RulePath): RuleFinding[] {
  const rows = operandFaults(collection.rows_of, view, [...path, 'rows_of'])
  const row = columnsOf(collection.rows_of, view)
  if (rows.length > 0) return rows
  const key = row === 'unknown' || collection.key in row ? [] : [wrong([...path, 'key'], 'content-item-must-be-declared', `表格没有 ${collection.key} 这一栏。`, `可用：${choices(Object.keys(row))}。`)]
  const inRow = { ...view, row }
  return [...key, ...whereFaults(collection.where, row, [...path, 'where']), ...conditionFaults(collection.when, inRow, [...path, 'when']), ...operandFaults(collection.group_by, inRow, [...path, 'group_by'])]
}

function checkFaults(check: Check, view: View, path: RulePath): RuleFinding[] {
  if (sleeps(check.when, view)) return []
  const ask = (key: string, operand: Operand | undefined, at: View = view) => operandFaults(operand, at, [...path, key])
  const when = check.check === 'each' || (check.check === 'date-within' && check.rows !== undefined) ? [] : conditionFaults(check.when, view, [...path, 'when'])
  switch (check.check) {
    case 'compare':
      return [...when, ...comparisonFaults(check, view, path)]
    case 'each': {
      const row = columnsOf(check.rows, view)
      const inRow = { ...view, row }
      return [...ask('rows', check.rows), ...whereFaults(check.where, row, [...path, 'where']), ...conditionFaults(check.when, inRow, [...path, 'when']), ...comparisonFaults(check, inRow, path)]
    }
    case 'sum':
    case 'count':
      return [...when, ...ask('of', check.of), ...ask('right', check.right)]
    case 'portion': {
      const inRow = { ...view, row: columnsOf(check.rows, view) }
      return [...when, ...ask('rows', check.rows), ...ask('part', check.part, inRow), ...ask('share', check.share, inRow), ...ask('whole', check.whole)]
    }
    case 'decision-carried':
      return [...when, ...ask('decision', check.decision), ...ask('text', `hash.${check.text}`)]
    case 'notice-ahead':
      return [...when, ...ask('date', check.date)]
    case 'window-before':
      return [...when, ...ask('end', check.end)]
    case 'term-within':
      return [...when, ...ask('start', check.start), ...ask('end', check.end)]
    case 'date-within': {
      if (check.rows === undefined) return [...when, ...ask('from', check.from), ...ask('date', check.date)]
      const row = columnsOf(check.rows, view)
      const inRow = { ...view, row }
      return [...ask('rows', check.rows), ...whereFaults(check.where, row, [...path, 'where']), ...conditionFaults(check.when, inRow, [...path, 'when']), ...ask('from', check.from, inRow), ...ask('date', check.date, inRow)]
    }
    case 'at-most-times':
      return [...when, ...timesFaults(check.outcome, view, [...path, 'outcome'])]
    case 'different-person':
      return [...when, ...check.from.flatMap((step, index) => operandFaults(`step.${step}.person`, { ...view, steps: new Set([...view.steps, ...Object.keys(view.procedure.steps), 'open']) }, [...path, 'from', index]))]
  }
}

/** A check shared by several acts sleeps in those where the content that wakes it is not given yet. */
function sleeps(when: Condition | undefined, view: View): boolean {
  if (when?.is !== 'present' || typeof when.left !== 'string') return false
  return named(when.left, view).fault?.code === 'content-must-be-given-by-then'
}

function timesFaults(name: string, view: View, path: RulePath): RuleFinding[] {
  const [step = '', outcome = ''] = name.split('.')
  const outcomes = view.procedure.steps[step]?.outcomes
  if (outcomes && outcome in outcomes) return []
  return [wrong(path, 'outcome-must-be-declared', `没有名为 ${name} 的处理结果。`, `请写成“环节.结果”，可用：${choices(Object.keys(outcomes ?? view.procedure.steps))}。`)]
}

function comparisonFaults(rule: { left: Operand; is: string; right?: Operand | undefined }, view: View, path: RulePath): RuleFinding[] {
  const alone = rule.is === 'present' || rule.is === 'absent'
  const shape = alone === (rule.right === undefined) ? [] : [wrong(path, 'comparison-must-have-its-sides', alone ? `“${rule.is}”不需要 right。` : `“${rule.is}”缺少 right。`, alone ? '请删去 right。' : '请写明比较的对象。')]
  return [...shape, ...operandFaults(rule.left, view, [...path, 'left']), ...operandFaults(rule.right, view, [...path, 'right']), ...choiceFaults(named(rule.left, view).content, rule.right, [...path, 'right'])]
}

function conditionFaults(when: Condition | undefined, view: View, path: RulePath): RuleFinding[] {
  return when === undefined ? [] : comparisonFaults(when, view, path)
}

function whereFaults(where: Record<string, string | boolean | string[]> | undefined, row: View['row'], path: RulePath): RuleFinding[] {
  if (row === 'unknown' || row === null) return []
  return Object.entries(where ?? {}).flatMap(([column, value]) => {
    const content = row[column]
    if (!content) return [wrong([...path, column], 'content-item-must-be-declared', `表格没有 ${column} 这一栏。`, `可用：${choices(Object.keys(row))}。`)]
    return typeof value === 'boolean' ? [] : choiceFaults(content, { value }, [...path, column])
  })
}

/** A literal compared with a choice is one of its options. */
function choiceFaults(content: Content | undefined, right: Operand | undefined, path: RulePath): RuleFinding[] {
  if (content?.type !== 'choice' || typeof right !== 'object') return []
  const wanted = Array.isArray(right.value) ? right.value : [right.value]
  const stray = wanted.find((one) => !(String(one) in content.of))
  return stray === undefined ? [] : [wrong(path, 'choice-must-be-declared', `“${content.title}”没有 ${String(stray)} 这一选项。`, `可用：${choices(Object.keys(content.of))}。`)]
}

function operandFaults(operand: Operand | undefined, view: View, path: RulePath): RuleFinding[] {
  const { fault } = named(operand, view)
  return fault === undefined ? [] : [wrong(path, fault.code, fault.message, fault.cure)]
}
