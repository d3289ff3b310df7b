import { derivationText } from '#core/calendar/derivation.ts'
import { dueOf, standingOf } from '#core/calendar/due-date.ts'
import type { Step } from '#core/pack/procedure-format.ts'
import { figureOf, officeTitle, procedureOf, stepOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { personsBehind } from '#core/procedure/actor.ts'
import type { Act, Actor, Branch, CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { mayConclude } from '#core/procedure/decide-conclude.ts'
import type { DecisionInput } from '#core/procedure/decision-input.ts'
import { partyOf } from '#core/procedure/operand.ts'
import { scopeOf } from '#core/procedure/scope.ts'
import { basisView, refusalView } from './basis.ts'
import type { Blind } from './blind.ts'
import { formOf } from './form.ts'
import type { Names } from './names.ts'
import type { DueView, OutcomeView, TaskView } from '../wire/case.ts'

/** A case as one person sees it now. */
export type Sight = { law: CaseLaw; state: CaseState; links: Record<string, CaseState>; actor: Actor; act: Act; blind: Blind; names: Names }

/** An open task with its due date, what may be done with it by whom, and why not. */
export function taskView(sight: Sight, task: OpenTask): TaskView {
  const { law, state, actor, names } = sight
  const step = stepOf(procedureOf(law, state.procedure), task.step)
  const own = actor.organization === task.organization && actor.offices.includes(task.office)
  return {
    id: task.id,
    step: task.step,
    title: step.title,
    kind: step.kind,
    office: { id: task.office, title: officeTitle(law, task.office) },
    organization: { id: task.organization, name: names.organization(task.organization) },
    branch: branchTitles(task.branch, names),
    opened_on: task.opened_on,
    due: dueView(sight, task, step),
    basis: basisView(step.basis, law),
    own,
    mine: own && (task.assignee === null || personsBehind(actor).includes(task.assignee)),
    assignee: task.assignee === null ? null : { id: task.assignee, name: names.person(task.assignee) },
    outcomes: outcomeViews(sight, task, step),
    extension: extensionView(sight, task, step),
  }
}

export function branchTitles(branch: Branch, names: Names): TaskView['branch'] {
  return branch.map(({ collection, key, rows }) => {
    const named = rows[0]?.['name'] ?? rows[0]?.['title']
    return { collection, key, title: typeof named === 'string' && rows.length === 1 ? named : names.organization(key) }
  })
}

function dueView({ law, act, names }: Sight, task: OpenTask, step: Step): DueView | null {
  if (task.clock === null) return null
  const { due, provisional, derivation } = dueOf(task.clock, law.calendar)
  const named = (id: string) => law.pack.offices[id]?.title ?? names.organization(id)
  const basis = step.due === undefined ? step.basis : 'within' in step.due ? figureOf(law, step.due.within).basis : 'ahead' in step.due ? figureOf(law, step.due.ahead).basis : step.due.basis
  return { date: due, provisional, overdue_days: standingOf(task.clock, law.calendar, act.recorded).late, derivation: derivationText(derivation, named).split('；'), basis: basisView(basis, law) }
}

function inputOf({ law, state, links, actor, act }: Sight, task: OpenTask, outcome: string): DecisionInput {
  return { law, state, command: { type: 'conclude', task: task.id, outcome, contents: {} }, actor, act, links, facts: {}, opening: null }
}

/** What a person may conclude; what fires by itself is the platform's and offered to nobody. */
function outcomeViews(sight: Sight, task: OpenTask, step: Step): OutcomeView[] {
  const { law, state, blind } = sight
  const procedure = procedureOf(law, state.procedure)
  return Object.entries(step.outcomes).flatMap(([id, outcome]) => {
    if (outcome.fires !== undefined || (outcome.by ?? step.by) === 'platform') return []
    const input = inputOf(sight, task, id)
    const refusal = mayConclude(input, procedure, task, outcome, scopeOf(input, state, task, {}))
    return [{
      id,
      title: outcome.title,
      basis: basisView(outcome.basis ?? step.basis, law),
      enabled: refusal === null,
      disabled_reason: refusal === null ? null : refusalView(refusal, law),
      confirm: outcome.confirm ?? null,
      form: formOf(law, outcome, { state, branch: task.branch, blind }),
    }]
  })
}

function extensionView(sight: Sight, task: OpenTask, step: Step): TaskView['extension'] {
  const { law, state, actor } = sight
  const { extension } = step
  if (extension === undefined || task.clock === null) return null
  const asked = task.extension_asked
  const granter = partyOf(extension.granted_by, scopeOf(inputOf(sight, task, ''), state, task, {}))
  return {
    asked: asked === null ? null : { days: asked.days, reason: asked.reason, on: asked.on },
    granted_by: { id: extension.granted_by, title: officeTitle(law, extension.granted_by) },
    cap_days: figureOf(law, extension.cap).value,
    basis: basisView(extension.basis, law),
    can_ask: asked === null && actor.organization === task.organization && actor.offices.includes(task.office),
    can_answer: asked !== null && actor.organization === granter && actor.offices.includes(extension.granted_by),
  }
}
