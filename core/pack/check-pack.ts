import type { WorkingCalendar } from '../calendar/working-calendar.ts'
import { checkActs } from './check-acts.ts'
import { checkAtomPlaces, checkCitations } from './check-citations.ts'
import { checkConnections } from './check-connections.ts'
import { checkDocuments } from './check-documents.ts'
import { checkFigures } from './check-figures.ts'
import type { RuleFinding } from './check-finding.ts'
import { checkOffices } from './check-offices.ts'
import { checkRoutes } from './check-routes.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { runsOf } from './procedure-runs.ts'

/** Everything that is wrong with a compiled pack, as far as its rules alone can show it; the empty list admits it. */
export function checkPack(pack: CompiledPack, calendar: WorkingCalendar): RuleFinding[] {
  return [
    ...checkCitations(pack),
    ...checkAtomPlaces(pack),
    ...checkOffices(pack),
    ...checkFigures(pack, calendar),
    ...checkConnections(pack),
    ...checkDocuments(pack),
    ...Object.values(pack.procedures).flatMap((procedure) => {
      const runs = runsOf(procedure)
      return [...checkRoutes(pack, procedure, runs), ...checkActs(pack, procedure, runs)]
    }),
  ]
}
