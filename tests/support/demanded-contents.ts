import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { procedureOf, stepOf } from '#core/procedure/case-law.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { decide } from '#core/procedure/decide.ts'
import { outcomeRefusal } from '#core/procedure/outcome-checks.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { Story } from './story.ts'

type Given = Extract<CaseEvent, { type: 'case-opened' | 'step-concluded' }>

/**
 * What persons gave in a story and could have left out: each content, each item of a document and each column of a
 * table is left out by itself, and each link of an opening; what is not refused then is named. `procedure/step/outcome
 * content` for a whole content of an act, `content.item` for a part of one, `procedure link name` for a link.
 *
 * @param look says for which places it is asked; a place is asked for once.
 * @returns for each place whether it is demanded.
 */
export function leftOut(story: Story, look: (place: string) => boolean): Map<string, boolean> {
  const found = new Map<string, boolean>()
  const note = (place: string, demanded: () => boolean) => {
    if (!found.has(place) && look(place)) found.set(place, demanded())
  }
  for (const { caseId, events } of story.told) {
    const [first] = events
    const { procedure } = story.cases.get(caseId)?.state ?? { procedure: '' }
    if (first === undefined || (first.type !== 'case-opened' && first.type !== 'step-concluded') || first.by.person === PLATFORM.person) continue
    const act = first.type === 'case-opened' ? `${procedure}/open` : `${procedure}/${first.step}/${first.outcome}`
    for (const key of Object.keys(first.contents)) note(`${act} ${key}`, () => refusedWithout(story, procedure, first, [key]))
    for (const [key, value] of Object.entries(first.contents)) {
      for (const path of partsOf(value)) note([key, ...path.filter((part) => typeof part === 'string')].join('.'), () => refusedWithout(story, procedure, first, [key, ...path]))
    }
    if (first.type === 'case-opened') for (const name of Object.keys(first.links)) note(`${procedure} link ${name}`, () => refusedWithoutLink(story, first, name))
  }
  return found
}

/** The ways to every filled part of a document, tables by their first row. */
function partsOf(value: Json): (string | number)[][] {
  if (Array.isArray(value)) {
    const [row] = value
    return row === undefined || !isObject(row) ? [] : partsOf(row).map((path) => [0, ...path])
  }
  if (!isObject(value) || 'sha256' in value) return [] // the parts of a file are not the law's
  return Object.entries(value).flatMap(([key, part]) => (part === null || part === '' ? [] : [[key], ...partsOf(part).map((path) => [key, ...path])]))
}

/** Whether the contents of an act, judged by themselves, are refused where one part of them is missing. */
function refusedWithout(story: Story, procedure: string, event: Given, path: readonly (string | number)[]): boolean {
  const law = procedureOf(story.law, procedure)
  const rule = event.type === 'case-opened' ? law.open : stepOf(law, event.step).outcomes[event.outcome]
  if (rule === undefined) return false
  const given = structuredClone(event.contents)
  leaveOut(given, path)
  const scope = {
    law: story.law, procedure, state: null, given, facts: {}, links: {}, parties: {}, actor: PLATFORM, act: event.act, branch: [], task: null, read: {},
  }
  return outcomeRefusal({ ...rule, checks: [] }, event.basis, scope) !== null
}

function leaveOut(holder: JsonObject, path: readonly (string | number)[]): void {
  let at: Json | undefined = holder
  for (const part of path.slice(0, -1)) at = Array.isArray(at) && typeof part === 'number' ? at[part] : isObject(at) && typeof part === 'string' ? at[part] : undefined
  const last = path.at(-1)
  if (isObject(at) && typeof last === 'string') delete at[last]
}

/** Whether the same opening without one of its links is refused, whatever its own checks would say. */
function refusedWithoutLink(story: Story, event: Extract<CaseEvent, { type: 'case-opened' }>, name: string): boolean {
  const procedure = procedureOf(story.law, event.procedure)
  const law = { ...story.law, pack: { ...story.law.pack, procedures: { ...story.law.pack.procedures, [event.procedure]: { ...procedure, open: { ...procedure.open, checks: [] } } } } }
  const others = Object.entries(event.links).filter(([link]) => link !== name)
  const links = Object.fromEntries(others.flatMap(([link, id]) => {
    const linked = story.cases.get(id)
    // as it stood at the opening: in a status that the link asks for
    return linked === undefined ? [] : [[link, { ...linked.state, status: procedure.links[link]?.status[0] ?? linked.state.status }]]
  }))
  const actor = { person: event.by.person, organization: event.by.organization, offices: [event.by.office] }
  const command = { type: 'open' as const, procedure: event.procedure, links: Object.fromEntries(others), contents: event.contents }
  return !decide({ law, state: null, command, actor, act: event.act, links, facts: event.facts, opening: { id: event.case, number: event.number, holders: story.cast.holders } }).accepted
}
