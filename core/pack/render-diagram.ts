import type { Outcome, Procedure, Target } from './procedure-format.ts'

/** A procedure as Mermaid text (stateDiagram-v2): steps, the outcomes between them, joins and branches. */
export function renderDiagram(procedure: Procedure): string {
  const lines = ['stateDiagram-v2']
  for (const [id, step] of Object.entries(procedure.steps)) {
    lines.push(`  state "${plain(step.title)}" as ${name(id)}`)
    if (step.join !== undefined) lines.push(`  state ${name(id)}_join <<join>>`, `  ${name(id)}_join --> ${name(id)}`)
  }
  lines.push(...arrows(procedure, '[*]', procedure.open))
  for (const [id, step] of Object.entries(procedure.steps)) {
    for (const outcome of Object.values(step.outcomes)) lines.push(...arrows(procedure, name(id), outcome))
    for (const target of step.overdue?.then ?? []) lines.push(`  ${name(id)} --> ${arrival(procedure, target)} : 逾期`)
  }
  return lines.join('\n')
}

function arrows(procedure: Procedure, from: string, outcome: Pick<Outcome, 'title' | 'then' | 'ends'>): string[] {
  if (outcome.ends) return [`  ${from} --> [*] : ${plain(outcome.title)}`]
  return outcome.then.map((target) => `  ${from} --> ${arrival(procedure, target)} : ${plain(outcome.title)}${target.for_each === undefined ? '' : '（逐个）'}${target.when === undefined ? '' : '（视情形）'}`)
}

function arrival(procedure: Procedure, target: Target): string {
  return procedure.steps[target.step]?.join === undefined ? name(target.step) : `${name(target.step)}_join`
}

function name(id: string): string {
  return `s_${id.replaceAll('-', '_')}`
}

function plain(text: string): string {
  return text.replaceAll(/["：:;]/g, ' ')
}
