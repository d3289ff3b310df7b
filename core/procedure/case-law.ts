import type { WorkingCalendar } from '../calendar/working-calendar.ts'
import type { Json } from '../json.ts'
import type { CompiledPack } from '../pack/compiled-pack.ts'
import type { Figure } from '../pack/pack-format.ts'
import type { Procedure, Step } from '../pack/procedure-format.ts'
import type { PackRef } from './case-state.ts'

/** The law that governs a case: one compiled pack, the calendar, and the hash of a text. Pure. */
export type CaseLaw = {
  pack: CompiledPack
  ref: PackRef
  calendar: WorkingCalendar
  /** Hash of a content's canonical JSON, hexadecimal. */
  hashOf: (value: Json) => string
}

/** Raised where a pack that passed `pack-check` still names something unknown: our bug, never the applicant's. */
export class UnknownInPack extends Error {
  override readonly name = 'UnknownInPack'
}

export function procedureOf(law: CaseLaw, id: string): Procedure {
  const found = law.pack.procedures[id]
  if (!found) throw new UnknownInPack(`procedure ${id} is not in pack ${law.ref.id}`)
  return found
}

export function stepOf(procedure: Procedure, id: string): Step {
  const found = procedure.steps[id]
  if (!found) throw new UnknownInPack(`step ${id} is not in procedure ${procedure.procedure}`)
  return found
}

export function figureOf(law: CaseLaw, id: string): Figure {
  const found = law.pack.figures[id]
  if (!found) throw new UnknownInPack(`figure ${id} is not in pack ${law.ref.id}`)
  return found
}

/** The office's name as the city calls it; the id where the pack has no word for it. */
export function officeTitle(law: CaseLaw, office: string): string {
  return law.pack.offices[office]?.title ?? office
}
