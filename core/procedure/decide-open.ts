import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { Procedure } from '../pack/procedure-format.ts'
import { byOf } from './actor.ts'
import { officeTitle, procedureOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import { PLATFORM } from './case-state.ts'
import type { Act } from './case-state.ts'
import type { CaseCommand, Decision, DecisionInput } from './decision-input.ts'
import { refused } from './decision-input.ts'
import { intendedEffects } from './effects.ts'
import { openedState } from './evolve.ts'
import { outcomeRefusal } from './outcome-checks.ts'
import { resolve } from './operand.ts'
import type { Scope } from './operand.ts'
import { hashesOf } from './scope.ts'
import { add, follow, settleJoins } from './routing.ts'
import type { Draft } from './routing.ts'
import { versionRefusal } from './versions.ts'

/** Opens a case: office, version of the law, links, contents, checks; then its first tasks and effects. */
export function decideOpen(input: DecisionInput, command: Extract<CaseCommand, { type: 'open' }>): Decision {
  const { law, actor, act, opening } = input
  if (opening === null) throw new Error('an opening needs the new case’s id and number')
  const procedure = procedureOf(law, command.procedure)
  const office = openingOffice(procedure, actor)
  const parties = partiesAtOpening(office, procedure, input.links, opening.holders, actor.organization)
  const scope: Scope = {
    law, procedure: procedure.procedure, state: null, given: command.contents, facts: input.facts,
    links: input.links, parties, actor, act, branch: [], task: null, read: {},
  }
  for (const [role, { from }] of Object.entries(procedure.parties)) {
    const organization = parties[role] === undefined ? resolve(from, scope) : undefined
    if (typeof organization === 'string') parties[role] = organization
  }
  const refusal =
    mayOpen(input, procedure, opening.holders, command.preview) ??
    previewRefusal(procedure, input, command.preview === true) ??
    linksRefusal(procedure, input, parties) ??
    outcomeRefusal(procedure.open, procedure.open.basis ?? procedure.basis, scope)
  if (refusal) return refused(refusal)

  const by = byOf(actor, actor.person === PLATFORM.person ? 'platform' : office)
  const opened = {
    type: 'case-opened' as const,
    case: opening.id,
    number: opening.number,
    procedure: procedure.procedure,
    pack: law.ref,
    ...(command.preview === true ? { preview: true as const } : {}),
    by,
    act,
    parties,
    links: command.links,
    contents: command.contents,
    hashes: hashesOf(law, command.contents),
    facts: input.facts,
    read: scope.read,
    status: procedure.open.status ?? 'opened',
    basis: procedure.open.basis ?? procedure.basis,
  }
  let draft: Draft = { state: openedState(opened), events: [opened] }
  const later: Scope = { ...scope, state: draft.state }
  for (const effect of intendedEffects(procedure.open.effects, procedure, 'open', opened.basis, later)) draft = add(draft, effect)
  draft = follow(draft, procedure, 'open', procedure.open.then, [], later, procedure.open.title)
  draft = settleJoins(draft, procedure, later, procedure.open.title)
  return { accepted: true, ...draft }
}

/** The office in which an actor opens a case: the first of those that may which the actor holds; the main one where none is held. */
export function openingOffice({ open }: Procedure, actor: Pick<DecisionInput['actor'], 'offices'>): string {
  return [open.by, ...(open.also_by ?? [])].find((office) => actor.offices.includes(office)) ?? open.by
}

/** Why this actor cannot open this procedure now, whatever the contents: the reason on a disabled button. */
export function mayOpen(input: Pick<DecisionInput, 'law' | 'actor' | 'act'>, procedure: Procedure, holders: Record<string, string>, preview?: boolean): Refusal | null {
  return officeRefusal(input.law, procedure, input.actor, holders) ?? aheadRefusal(input.act, procedure) ?? versionRefusal(input.law, input.act, procedure, input.actor, preview)
}

/** What is tried and what is real are never linked with each other. */
function previewRefusal(procedure: Procedure, { links }: DecisionInput, preview: boolean): Refusal | null {
  const other = Object.values(links).find((linked) => (linked.preview === true) !== preview)
  if (other === undefined) return null
  const [found, own] = preview ? ['正式事项', '预演事项'] : ['预演事项', '正式事项']
  return refuse('preview-must-stay-apart', procedure.open.basis ?? procedure.basis, `${other.number}是${found}，不能与${own}关联。`, `请选择${own}。`, {})
}

/** Nothing is opened on a day that has not come. */
function aheadRefusal(act: Act, procedure: Procedure): Refusal | null {
  if (act.date <= act.recorded) return null
  const basis = procedure.open.basis ?? procedure.basis
  return refuse('act-must-not-lie-ahead', basis, `办理日期${act.date}晚于今天（${act.recorded}）。`, '请填写已经发生的日期。', {})
}

/** The opener in its role, the fixed offices by their holders, and the parties that the links bring along. */
function partiesAtOpening(office: string, procedure: Procedure, links: DecisionInput['links'], holders: Record<string, string>, opener: string): Record<string, string> {
  const fromLinks: Record<string, string> = {}
  for (const [name, link] of Object.entries(procedure.links)) {
    for (const role of link.same_party) {
      const organization = links[name]?.parties[role]
      if (organization !== undefined) fromLinks[role] = organization
    }
  }
  return { ...holders, ...fromLinks, ...(opener === PLATFORM.organization ? {} : { [office]: opener }) }
}

/** The opener holds the office; where the office has one fixed holder, the opener is that very organisation. */
function officeRefusal(law: CaseLaw, procedure: Procedure, actor: DecisionInput['actor'], holders: Record<string, string>): Refusal | null {
  const office = openingOffice(procedure, actor)
  if (procedure.open.by_platform && actor.person === PLATFORM.person) return null
  const title = [procedure.open.by, ...(procedure.open.also_by ?? [])].map((one) => officeTitle(law, one)).join('或者')
  const basis = procedure.open.basis ?? procedure.basis
  if (!actor.offices.includes(office)) {
    return refuse('actor-must-hold-office', basis, `“${procedure.open.title}”应由${title}办理，您所在的岗位不能办理。`, `请由${title}发起。`, { office })
  }
  const holder = holders[office]
  if (holder !== undefined && holder !== actor.organization) {
    return refuse('actor-must-be-concerned-organization', basis, `“${procedure.open.title}”应由${title}办理，贵单位不是本规则确定的${title}。`, `请由${title}发起。`, { office })
  }
  return null
}

function linksRefusal(procedure: Procedure, input: DecisionInput, parties: Record<string, string>): Refusal | null {
  for (const [name, link] of Object.entries(procedure.links)) {
    const linked = input.links[name]
    if (!linked) {
      if (link.optional) continue
      return refuse(link.code, link.basis, link.message, link.cure, { link: name })
    }
    const fits = linked.procedure === link.procedure && link.status.includes(linked.status)
    if (!fits) return refuse(link.code, link.basis, link.message, link.cure, { link: name, status: linked.status })
    const other = link.same_party.find((role) => linked.parties[role] !== undefined && linked.parties[role] !== parties[role])
    if (other !== undefined) {
      return refuse('party-must-be-the-same', link.basis, `关联的${link.title}不属于贵单位。`, `请选择贵单位的${link.title}。`, { link: name, party: other })
    }
  }
  return null
}
