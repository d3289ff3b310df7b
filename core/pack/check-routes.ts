import type { CompiledPack } from './compiled-pack.ts'
import { choices, wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import type { Outcome, Procedure, Step, Target } from './procedure-format.ts'
import type { ProcedureRuns } from './procedure-runs.ts'

/**
 * The net of a procedure holds together: every step can be reached and left, every outcome leads somewhere or ends,
 * every join can complete and is named by those for whom it waits, every status is declared.
 */
export function checkRoutes(pack: CompiledPack, procedure: Procedure, runs: ProcedureRuns): RuleFinding[] {
  const path = ['procedures', procedure.procedure]
  return [
    ...leadsSomewhere(procedure.open, [...path, 'open']),
    ...targetFaults(procedure, 'open', procedure.open.then, [...path, 'open', 'then']),
    ...statusFaults(procedure, path),
    ...Object.entries(procedure.steps).flatMap(([id, step]) => stepFaults(pack, procedure, id, step, runs, [...path, 'steps', id])),
    ...(procedure.withdrawal?.during ?? []).flatMap((step, index) => (step in procedure.steps ? [] : [unknownStep(procedure, step, [...path, 'withdrawal', 'during', index])])),
  ]
}

function stepFaults(pack: CompiledPack, procedure: Procedure, id: string, step: Step, runs: ProcedureRuns, path: RulePath): RuleFinding[] {
  const found = [...leavable(procedure, id, step, path), ...joinFaults(procedure, id, step, runs, path)]
  if (runs.whole && !runs.branches.has(id) && step.join === undefined) found.push(wrong(path, 'step-must-be-reachable', `没有任何环节通向“${step.title}”。`, '请在前一环节的 then 中写明，或者删去该环节。'))
  if (runs.doubled.has(id)) {
    found.push(wrong(path, 'join-must-be-declared', `“${step.title}”会由并行的几个环节各开启一次。`, '请用 join 写明等待哪些环节，或者在前一环节用 cancels 关闭并行的环节。'))
  }
  for (const [name, outcome] of Object.entries(step.outcomes)) {
    const at = [...path, 'outcomes', name]
    found.push(...leadsSomewhere(outcome, at), ...targetFaults(procedure, id, outcome.then, [...at, 'then']))
    found.push(...outcome.cancels.flatMap((other, index) => (other in procedure.steps ? [] : [unknownStep(procedure, other, [...at, 'cancels', index])])))
  }
  if (step.overdue) found.push(...targetFaults(procedure, id, step.overdue.then, [...path, 'overdue', 'then']))
  found.push(...(step.overdue?.cancels ?? []).flatMap((other, index) => (other in procedure.steps ? [] : [unknownStep(procedure, other, [...path, 'overdue', 'cancels', index])])))
  if (step.overdue && !step.due) found.push(wrong([...path, 'overdue'], 'lateness-must-have-a-due-date', `“${step.title}”规定了逾期的处理，却没有期限。`, '请写明 due，或者删去 overdue。'))
  if (step.reminders && !step.due) found.push(wrong([...path, 'reminders'], 'reminder-must-have-a-due-date', `“${step.title}”规定了到期提醒，却没有期限。`, '请写明 due，或者删去 reminders。'))
  if (step.extension && !step.due) found.push(wrong([...path, 'extension'], 'extension-must-have-a-due-date', `“${step.title}”规定了延长期限，却没有期限。`, '请写明 due，或者删去 extension。'))
  if (step.bound_to !== undefined && !(step.bound_to in pack.contents)) found.push(wrong([...path, 'bound_to'], 'content-must-be-declared', `没有名为 ${step.bound_to} 的内容。`, '请改用 contents/ 中的内容。'))
  return found
}

function leadsSomewhere(outcome: Pick<Outcome, 'then' | 'ends' | 'title'>, path: RulePath): RuleFinding[] {
  if (outcome.then.length === 0 && !outcome.ends) return [wrong(path, 'outcome-must-lead-somewhere', `“${outcome.title}”之后没有下一环节，也没有写明结束。`, '请用 then 写明下一环节，或者写 ends: true。')]
  if (outcome.then.length > 0 && outcome.ends) return [wrong([...path, 'ends'], 'outcome-must-not-end-and-lead', `“${outcome.title}”既结束又通向下一环节。`, '请在 then 与 ends 中保留一个。')]
  return []
}

function targetFaults(procedure: Procedure, from: string, targets: readonly Target[], path: RulePath): RuleFinding[] {
  return targets.flatMap((target, index) => {
    const at = [...path, index]
    const found: RuleFinding[] = []
    const step = procedure.steps[target.step]
    if (!step) found.push(unknownStep(procedure, target.step, at))
    if (target.for_each !== undefined && !(target.for_each in procedure.collections)) {
      found.push(wrong(at, 'collection-must-be-declared', `没有名为 ${target.for_each} 的集合。`, `可用：${choices(Object.keys(procedure.collections))}。`))
    }
    if (step?.join !== undefined && step.join !== 'branches' && !step.join.all.includes(from)) {
      found.push(wrong(at, 'join-must-wait-for-who-names-it', `“${step.title}”的 join 没有等待本环节（${from}），通向它不起作用。`, '请把本环节加入 join，或者改通向别的环节。'))
    }
    return found
  })
}

function joinFaults(procedure: Procedure, id: string, step: Step, runs: ProcedureRuns, path: RulePath): RuleFinding[] {
  if (step.join === undefined) return []
  const at = [...path, 'join']
  const found: RuleFinding[] = []
  if (step.join !== 'branches') {
    for (const other of step.join.all) {
      const awaited = procedure.steps[other]
      if (!awaited) found.push(unknownStep(procedure, other, at))
      else if (!leadsTo(awaited, id)) found.push(wrong(at, 'join-must-be-named-by-whom-it-awaits', `“${step.title}”等待“${awaited.title}”，而后者没有任何结果通向它。`, `请在 ${other} 的 then 中写明 ${id}，或者从 join 中删去。`))
    }
  }
  if (found.length === 0 && runs.whole && !runs.branches.has(id)) {
    found.push(wrong(at, 'join-must-be-able-to-complete', `“${step.title}”所等待的环节不会都到齐，永远不能开始。`, '请核对各环节的 then 和分支。'))
  }
  const stuck = runs.stuck.get(id)
  if (found.length === 0 && stuck !== undefined) {
    found.push(wrong(at, 'join-must-be-able-to-complete', `办完“${procedure.steps[stuck]?.title ?? stuck}”之后，“${step.title}”可能一直等不到其余环节，事项就此停住。`, '请使其余环节的各种结果都通向它，或者用 cancels 关闭它。'))
  }
  return found
}

function leadsTo(step: Step, target: string): boolean {
  return [...Object.values(step.outcomes).flatMap((outcome) => outcome.then), ...(step.overdue?.then ?? [])].some((one) => one.step === target)
}

/** A step can be left: by a person, by the clock, at once, or by the receipt of an effect that names it. */
function leavable(procedure: Procedure, id: string, step: Step, path: RulePath): RuleFinding[] {
  const found: RuleFinding[] = []
  const outcomes = Object.entries(step.outcomes)
  for (const [name, outcome] of outcomes) {
    const at = [...path, 'outcomes', name, 'fires']
    if (outcome.fires === 'elapsed' && !step.due) found.push(wrong(at, 'elapsed-must-have-a-due-date', `“${outcome.title}”在期满时发生，而“${step.title}”没有期限。`, '请写明 due。'))
    if (outcome.fires !== undefined && outcome.requires.length > 0) found.push(wrong(at, 'fired-outcome-must-not-require-contents', `“${outcome.title}”由平台自动办理，不能要求填写内容。`, '请删去 requires，或者改由人办理。'))
  }
  const possible = ([, outcome]: [string, Outcome]) => {
    if (outcome.fires !== undefined) return outcome.fires === 'at-once' || step.due !== undefined
    return (outcome.by ?? step.by) !== 'platform' || concludedByEffect(procedure, id)
  }
  for (const [name, outcome] of outcomes.filter((one) => one[1].fires === undefined && !possible(one))) {
    found.push(wrong([...path, 'outcomes', name], 'outcome-must-be-possible', `“${outcome.title}”由平台办理，却没有写明何时发生。`, '请写明 fires，由 port 等效果的 concludes 指明本环节，或者用 by 写明由谁办理。'))
  }
  if (!outcomes.some(possible) && !(step.overdue?.closes && step.due)) {
    found.push(wrong(path, 'step-must-be-leavable', `“${step.title}”开始之后没有任何办法办结。`, '请写明由谁作出哪一种结果；由平台办理的，写明 fires，或者由 port 等效果的 concludes 指明本环节。'))
  }
  return found
}

function concludedByEffect(procedure: Procedure, id: string): boolean {
  const effects = [procedure.open.effects, ...Object.values(procedure.steps).flatMap((step) => Object.values(step.outcomes).map((outcome) => outcome.effects))].flat()
  return effects.some(({ with: args }) => typeof args['concludes'] === 'object' && args['concludes'].value === id)
}

function statusFaults(procedure: Procedure, path: RulePath): RuleFinding[] {
  const named: [string | undefined, RulePath][] = [
    [procedure.open.status, [...path, 'open', 'status']],
    [procedure.over, [...path, 'over']],
    [procedure.withdrawal?.status, [...path, 'withdrawal', 'status']],
    ...Object.entries(procedure.steps).flatMap(([id, step]): [string | undefined, RulePath][] => [
      [step.overdue?.status, [...path, 'steps', id, 'overdue', 'status']],
      ...Object.entries(step.outcomes).map(([name, outcome]): [string | undefined, RulePath] => [outcome.status, [...path, 'steps', id, 'outcomes', name, 'status']]),
    ]),
  ]
  return named.flatMap(([status, at]) => {
    if (status === undefined || status in procedure.statuses) return []
    return [wrong(at, 'status-must-be-declared', `没有名为 ${status} 的状态。`, `请在 statuses 中声明，或者改用：${choices(Object.keys(procedure.statuses))}。`)]
  })
}

function unknownStep(procedure: Procedure, step: string, path: RulePath): RuleFinding {
  return wrong(path, 'step-must-be-declared', `没有名为 ${step} 的环节。`, `可用：${choices(Object.keys(procedure.steps))}。`)
}
