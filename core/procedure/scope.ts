import type { Json } from '../json.ts'
import type { CaseLaw } from './case-law.ts'
import type { CaseState, OpenTask } from './case-state.ts'
import type { DecisionInput } from './decision-input.ts'
import type { Scope } from './operand.ts'

/** The scope of an act on a task of a case. */
export function scopeOf(input: DecisionInput, state: CaseState, task: OpenTask | null, given: Record<string, Json>): Scope {
  return {
    law: input.law,
    procedure: state.procedure,
    state,
    given,
    facts: input.facts,
    links: input.links,
    parties: state.parties,
    actor: input.actor,
    act: input.act,
    branch: task?.branch ?? [],
    task,
    read: {},
  }
}

/** The hash of each content: what later decisions and signatures are bound to. */
export function hashesOf(law: CaseLaw, contents: Record<string, Json>): Record<string, string> {
  return Object.fromEntries(Object.entries(contents).map(([key, value]) => [key, law.hashOf(value)]))
}
