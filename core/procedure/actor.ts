import type { By } from './case-event.ts'
import type { ActingFor, Actor } from './case-state.ts'

/** Who is behind an act: the person, and the one for whom the person acted by delegation. */
export function personsBehind(one: { person: string; acting_for?: ActingFor | undefined }): string[] {
  return one.acting_for === undefined ? [one.person] : [one.person, one.acting_for.person]
}

/** The actor as an event names it, in the office in which it acts. */
export function byOf({ person, organization, acting_for }: Actor, office: string): By {
  return { person, organization, office, ...(acting_for === undefined ? {} : { acting_for }) }
}
