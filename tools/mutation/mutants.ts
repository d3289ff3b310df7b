import type { Content } from '#core/pack/content-format.ts'
import type { PackSource } from '#core/pack/pack-format.ts'
import type { Outcome, Procedure, Step } from '#core/pack/procedure-format.ts'
import { changes } from './change.ts'
import type { Undo } from './change.ts'

/** What is changed by one mutant; the kinds of the table. */
export const KINDS = ['figure', 'bound', 'threshold', 'actor', 'notice', 'required', 'item', 'check', 'link', 'policy-row', 'due', 'extension', 'overdue', 'effect'] as const
export type Kind = (typeof KINDS)[number]

/** One small change of one rule of a pack, made in place and taken back. */
export type Mutant = {
  /** Stable name, for the list of those that cannot be told apart. */
  id: string
  kind: Kind
  /** Where the rule stands in its pack. */
  path: readonly (string | number)[]
  /** What the change is, for a person. */
  what: string
  /** Words by which tests that touch the rule are found: procedure, step, outcome, code, content. */
  touches: readonly string[]
  /** The one word without which a story cannot meet the rule; null where any story may. */
  reach: string | null
  /** The place in `leftOut` of what the rule demands; null where it demands nothing to be given. */
  demands: string | null
  make: () => Undo
}

type Maker = { source: PackSource; mutants: Mutant[]; names: Map<string, number> }

/** Every mutant of a pack's own rules, always in the same order. */
export function mutantsOf(source: PackSource): Mutant[] {
  const maker: Maker = { source, mutants: [], names: new Map() }
  for (const [id, figure] of Object.entries(source.figures)) nudge(maker, 'figure', ['figures', id, 'value'], figure, 'value', [`figure:${id}`])
  for (const [id, threshold] of Object.entries(source.thresholds)) nudge(maker, 'threshold', ['thresholds', id, 'value'], threshold, 'value', [])
  for (const [id, content] of Object.entries(source.contents)) contentMutants(maker, ['contents', id], content, [`content:${id}`])
  for (const procedure of Object.values(source.procedures)) procedureMutants(maker, procedure)
  for (const [id, policy] of Object.entries(source.policies)) {
    for (const [index, row] of policy.rows.entries()) drop(maker, 'policy-row', ['policies', id, 'rows', index], policy.rows, row.code, [row.code])
  }
  return maker.mutants
}

function add(maker: Maker, mutant: Omit<Mutant, 'id' | 'reach' | 'demands'>, name: string): void {
  const plain = `${mutant.kind} ${name}`
  const seen = (maker.names.get(plain) ?? 0) + 1
  maker.names.set(plain, seen)
  maker.mutants.push({ ...mutant, reach: reachOf(maker.source, mutant.path), demands: demandOf(mutant), id: seen === 1 ? plain : `${plain} (${seen})` })
}

function reachOf(source: PackSource, path: Mutant['path']): string | null {
  const [section, id, part, step, , name] = path.map(String)
  if (section === 'contents') return `content:${id}`
  if (section === 'policies' || section === 'thresholds') return `section:${section}`
  if (section !== 'procedures') return null
  if (part !== 'steps') return `${id}/open`
  const outcome = path[4] === 'outcomes' ? source.procedures[id ?? '']?.steps[step ?? '']?.outcomes[name ?? ''] : undefined
  // an outcome that fires by itself is tried wherever its step is open, without anybody's command
  return outcome === undefined || outcome.fires !== undefined ? `${id}/${step}` : `${id}/${step}/${name}`
}

function demandOf({ kind, path, what }: Pick<Mutant, 'kind' | 'path' | 'what'>): string | null {
  const [, id, part, name, , outcome] = path.map(String)
  const [key] = what.split(' ')
  if (kind === 'required') return part === 'open' ? `${id}/open ${key}` : `${id}/${name}/${outcome} ${key}`
  if (kind === 'item') return path.slice(1).filter((_, index) => index % 2 === 0).join('.')
  return kind === 'link' && path.length === LINK_PATH ? `${id} link ${name}` : null
}

const LINK_PATH = 4 // procedures, its id, links, its name

/** The bound of a content, where it is a limit; that a count is not negative and a table not empty is the shape of a form. */
function nudgeLimit(maker: Maker, path: Mutant['path'], holder: { [key in 'min' | 'max' | 'min_rows']?: unknown }, key: 'min' | 'max' | 'min_rows', touches: readonly string[]): void {
  if (Number(holder[key]) > 1) nudge(maker, 'bound', [...path, key], holder, key, touches)
}

/** A number one more and one less; a percentage or a ratio likewise. */
function nudge<K extends string>(maker: Maker, kind: Kind, path: Mutant['path'], holder: { [key in K]?: unknown }, key: K, touches: readonly string[]): void {
  const value = holder[key]
  if (typeof value !== 'number') return
  for (const by of [1, -1]) {
    const what = `${value} → ${value + by}`
    add(maker, { kind, path, what, touches, make: changes(holder).set(key, value + by) }, `${path.join('.')} ${by > 0 ? '+1' : '-1'}`)
  }
}

/** Takes one member out of a list. `name` says which, better than its index. */
function drop(maker: Maker, kind: Kind, path: Mutant['path'], list: unknown[], name: string, touches: readonly string[]): void {
  const index = path.at(-1)
  if (typeof index !== 'number') throw new Error('a dropped member has an index')
  add(maker, { kind, path, what: `${name} dropped`, touches, make: () => {
    const [taken] = list.splice(index, 1)
    return () => void list.splice(index, 0, taken)
  } }, `${path.slice(0, -1).join('.')}.${name}`)
}

function without<K extends string>(maker: Maker, kind: Kind, path: Mutant['path'], holder: { [key in K]?: unknown }, key: K, touches: readonly string[]): void {
  if (holder[key] === undefined) return
  add(maker, { kind, path: [...path, key], what: `${key} dropped`, touches, make: changes(holder).set(key, undefined) }, [...path, key].join('.'))
}

function contentMutants(maker: Maker, path: Mutant['path'], content: Content, touches: readonly string[]): void {
  if (content.type === 'number') for (const key of ['min', 'max'] as const) nudgeLimit(maker, path, content, key, touches)
  if (content.type === 'table') nudgeLimit(maker, path, content, 'min_rows', touches)
  if (content.type === 'references' || content.type === 'texts') nudgeLimit(maker, path, content, 'min', touches)
  const [section, below] = content.type === 'group' ? ['items', content.items] : content.type === 'table' ? ['columns', content.columns] : ['', {}]
  for (const [id, item] of Object.entries(below)) {
    const at = [...path, section, id]
    if (item.optional !== true) add(maker, { kind: 'item', path: at, what: `${id} no longer required`, touches: [...touches, `item:${id}`], make: changes(item).set('optional', true) }, at.join('.'))
    contentMutants(maker, at, item, touches)
  }
}

function procedureMutants(maker: Maker, procedure: Procedure): void {
  const id = procedure.procedure
  const path = ['procedures', id]
  const offices = [...new Set([procedure.open.by, ...Object.values(procedure.steps).map((step) => step.by)])]
  const swap = <K extends string>(at: Mutant['path'], holder: { [key in K]?: string | undefined }, key: K, touches: readonly string[]) => {
    const office = holder[key]
    if (office === undefined) return
    const other = otherOffice(maker.source, offices, office)
    add(maker, { kind: 'actor', path: [...at, key], what: `${office} → ${other}`, touches, make: changes(holder).set(key, other) }, [...at, key].join('.'))
  }
  swap([...path, 'open'], procedure.open, 'by', [id, `${id}/open`])
  outcomeMutants(maker, [...path, 'open'], procedure.open, [id, `${id}/open`])
  for (const [name, link] of Object.entries(procedure.links)) {
    const touches = [id, `${id}/open`, link.code]
    if (!link.optional) add(maker, { kind: 'link', path: [...path, 'links', name], what: `${name} no longer required`, touches, make: changes(link).set('optional', true) }, [...path, 'links', name].join('.'))
    for (const [index, role] of link.same_party.entries()) drop(maker, 'link', [...path, 'links', name, 'same_party', index], link.same_party, role, touches)
  }
  for (const [stepId, step] of Object.entries(procedure.steps)) {
    const at = [...path, 'steps', stepId]
    const touches = [id, `${id}/${stepId}`]
    swap(at, step, 'by', touches)
    stepMutants(maker, at, step, touches)
    if (step.extension) swap([...at, 'extension'], step.extension, 'granted_by', touches)
    for (const [name, outcome] of Object.entries(step.outcomes)) {
      const outcomeAt = [...at, 'outcomes', name]
      const outcomeTouches = [...touches, `${id}/${stepId}/${name}`]
      swap(outcomeAt, outcome, 'by', outcomeTouches)
      outcomeMutants(maker, outcomeAt, outcome, outcomeTouches)
    }
  }
}

function stepMutants(maker: Maker, at: Mutant['path'], step: Step, touches: readonly string[]): void {
  without(maker, 'due', at, step, 'due', touches)
  without(maker, 'extension', at, step, 'extension', touches)
  for (const [index, office] of (step.extension?.tell ?? []).entries()) drop(maker, 'notice', [...at, 'extension', 'tell', index], step.extension?.tell ?? [], office, touches)
  if (!step.overdue) return
  for (const [index, office] of step.overdue.tell.entries()) drop(maker, 'notice', [...at, 'overdue', 'tell', index], step.overdue.tell, office, touches)
  for (const [index, target] of step.overdue.then.entries()) drop(maker, 'overdue', [...at, 'overdue', 'then', index], step.overdue.then, target.step, touches)
  without(maker, 'overdue', [...at, 'overdue'], step.overdue, 'status', touches)
}

function outcomeMutants(maker: Maker, at: Mutant['path'], outcome: Procedure['open'] | Outcome, touches: readonly string[]): void {
  for (const [index, key] of outcome.requires.entries()) {
    const make = () => {
      outcome.requires.splice(index, 1)
      outcome.optional.push(key)
      return () => {
        outcome.optional.pop()
        outcome.requires.splice(index, 0, key)
      }
    }
    add(maker, { kind: 'required', path: [...at, 'requires', index], what: `${key} no longer required`, touches: [...touches, `content:${key}`], make }, [...at, 'requires', key].join('.'))
  }
  for (const [index, check] of outcome.checks.entries()) drop(maker, 'check', [...at, 'checks', index], outcome.checks, check.code, [...touches, check.code])
  for (const [index, effect] of outcome.effects.entries()) drop(maker, 'effect', [...at, 'effects', index], outcome.effects, effect.effect, [...touches, `effect:${effect.effect}`])
}

/** Another office of the same procedure where there is one, so that somebody of the case is asked; else any of the pack. */
function otherOffice(source: PackSource, offices: readonly string[], office: string): string {
  const near = offices.filter((one) => one !== office && one !== 'platform')
  const index = offices.indexOf(office)
  const next = near.find((one) => offices.indexOf(one) > index) ?? near[0]
  if (next !== undefined) return next
  const any = Object.keys(source.offices).find((one) => one !== office && one !== 'platform')
  if (any === undefined) throw new Error(`no office beside ${office} in ${source.manifest.pack}`)
  return any
}
