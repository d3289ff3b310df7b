import type { JsonObject } from '#core/json.ts'
import { stepOf, procedureOf } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { replay } from '#core/procedure/evolve.ts'
import type { Story, StoryCase } from '#tests/support/story.ts'

/** What a regulation says must come before a supply and before a product's offer; by the words of its pack. */
export type Order = {
  /** The procedure by which data are supplied, and the two reviews that come first: step and outcome. */
  supply: { procedure: string; reviews: readonly (readonly [step: string, outcome: string])[]; except: readonly string[] }
  /** Whether a product is registered before it is offered; where not, registration follows within its own limit. */
  registeredFirst: boolean
}

const REVIEWED_IN_TURN: Order['supply'] = { procedure: 'data-demand', reviews: [['formal-review', 'pass'], ['provider-review', 'decided']], except: ['open-receipt', 'open-supply'] }

export const ORDERS: Readonly<Record<string, Order>> = {
  'chengdu-2026': { supply: REVIEWED_IN_TURN, registeredFirst: false }, // what is open already is supplied without the provider's review: cd26-20.6
  'sichuan-2025-draft': { supply: REVIEWED_IN_TURN, registeredFirst: false },
  'xian-2025': { supply: { procedure: 'data-demand', reviews: [['provider-review', 'decided'], ['authority-review', 'approve']], except: [] }, registeredFirst: true },
  'zhaoqing-2025': { supply: { procedure: 'data-demand', reviews: [['agency-review', 'approve'], ['provider-review', 'approve']], except: [] }, registeredFirst: false },
  'chengdu-2020': { supply: { procedure: 'demand-list', reviews: [['recheck', 'rechecked'], ['opinion', 'given']], except: [] }, registeredFirst: false },
}

/**
 * Watches one story: after each accepted command, what must hold for any history. Keeps its own account of what was
 * granted and withdrawn, so that it does not trust the story's.
 */
export class Watch {
  readonly #order: Order
  readonly #seen = new Map<string, number>()
  readonly #standing = new Map<string, string>()
  readonly #under = new Map<string, string>()
  readonly #registered = new Set<string>()
  readonly #offered = new Set<string>()

  constructor(order: Order) {
    this.#order = order
  }

  /** What is broken, or null. */
  broken(story: Story): string | null {
    for (const { caseId, events } of story.told.slice(this.#seen.get('told') ?? 0)) {
      const one = story.cases.get(caseId)
      if (one === undefined) return `${caseId} is told, but not there`
      for (const event of events) {
        const fault = this.#event(one, event)
        if (fault !== null) return fault
      }
    }
    this.#seen.set('told', story.told.length)
    for (const one of story.cases.values()) {
      const fault = unfinished(one)
      if (fault !== null) return fault
    }
    return null
  }

  #event(one: StoryCase, event: CaseEvent): string | null {
    if (event.type === 'step-concluded') return ownCase(one, event)
    if (event.type !== 'effect-intended') return null
    if (event.effect === 'register.put' && event.args['register'] === 'registrations') this.#registered.add(String(event.args['key']))
    if (event.effect === 'access.revoke') this.#standing.set(String(event.args['agreement']), 'revoked')
    return event.effect === 'standing.set' ? this.#set(one, event.args) : null
  }

  #set(one: StoryCase, { kind, id, to, under }: JsonObject): string | null {
    const key = `${String(kind)}/${String(id)}`
    const first = !this.#standing.has(key)
    if (typeof under === 'string') this.#under.set(String(id), under)
    const before = this.#standing.get(key)
    if (kind === 'agreement' && to === 'revoked') this.#standing.set(String(id), 'revoked')
    if (to === 'restored') {
      // what was granted before its suspension is granted again, and nothing else
      if (before === 'suspended') this.#standing.set(key, this.#offered.has(key) ? 'granted' : 'none')
      return null
    }
    if (to !== 'granted') {
      this.#standing.set(key, String(to))
      return null
    }
    if (before === 'revoked') return `${key} is granted again after it was revoked`
    const root = this.#root(String(id))
    if (this.#standing.get(root) === 'revoked') return `${key} is granted under ${root}, which was revoked`
    this.#standing.set(key, 'granted')
    if (kind === 'supply' && first) this.#offered.add(key)
    if (kind === 'supply' && first) return this.#reviewed(one, key)
    if (before === 'suspended' && !this.#offered.has(key)) return `${key} is granted by lifting a suspension, though it never was granted before`
    this.#offered.add(key)
    if (kind === 'product' && this.#order.registeredFirst && !this.#registered.has(String(id))) return `${key} is offered before it is registered`
    return null
  }

  /** The agreement that something stands under at last. */
  #root(id: string): string {
    let root = id
    for (let up = this.#under.get(root), depth = 0; up !== undefined && depth < DEPTH; up = this.#under.get(root), depth += 1) root = up
    return root
  }

  #reviewed(one: StoryCase, key: string): string | null {
    const { procedure, reviews, except } = this.#order.supply
    if (one.state.procedure !== procedure) return `${key} is supplied by ${one.state.procedure}, not by ${procedure}`
    const last = one.state.conclusions.at(-1)?.step
    if (last !== undefined && except.includes(last)) return null
    const missing = reviews.filter(([step, outcome]) => !one.state.conclusions.some((done) => done.step === step && done.outcome === outcome && !done.voided))
    return missing.length === 0 ? null : `${key} is supplied without ${missing.map(([step]) => step).join(' and ')}`
  }
}

const DEPTH = 5 // subscription, product, release, agreement, authorization

/** Nobody decides on a text that the same person gave. */
function ownCase(one: StoryCase, event: Extract<CaseEvent, { type: 'step-concluded' }>): string | null {
  if (event.by.person === PLATFORM.person) return null
  const step = stepOf(procedureOf(one.story.law, one.state.procedure), event.step)
  if (step.kind !== 'decision' || step.bound_to === undefined) return null
  const at = one.events.indexOf(event)
  const text = replay(one.events.slice(0, at)).contents[step.bound_to]
  if (text === undefined || text.person !== event.by.person || step.bound_to in event.contents) return null
  return `${event.by.person} decides in ${event.step} on ${step.bound_to}, which the same person gave in ${text.step}`
}

/** A case is open and somebody can act in it, or it is over in a status that the pack knows. */
function unfinished(one: StoryCase): string | null {
  const { tasks, tokens, status, procedure } = one.state
  const rule = procedureOf(one.story.law, procedure)
  if (!(status in rule.statuses) && status !== 'opened') return `${one.id} has the unknown status ${status}`
  if (tasks.length === 0) return tokens.length === 0 ? null : `${one.id} is over, though ${tokens.map((token) => token.step).join(', ')} wait before a join`
  const dead = tasks.find((task) => Object.keys(stepOf(rule, task.step).outcomes).length === 0)
  return dead === undefined ? null : `${one.id} cannot leave ${dead.step}`
}
