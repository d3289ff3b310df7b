import type { SessionView } from '#apps/api/wire/session.ts'
import { pages } from '#apps/console/paths.ts'
import { actsInCases } from './use-session.ts'

/** Pages that the server shows to some offices only; it decides, the menu merely leads nobody to a closed door. */
const OFFICES: Readonly<Record<string, readonly string[]>> = {
  [pages.environment]: ['operator', 'implementing-agency', 'data-provider'],
  [pages.subscriptions]: ['consumer', 'developer', 'operator'],
}
const FOR_EVERYBODY: ReadonlySet<string> = new Set([pages.rules, pages.evidence])

/** Whether the menu offers a page to the signed-in person. */
export function maySee(session: SessionView, page: string): boolean {
  if (FOR_EVERYBODY.has(page)) return true
  const offices = OFFICES[page]
  return actsInCases(session) && (offices === undefined || session.offices.some(({ id }) => offices.includes(id)))
}
