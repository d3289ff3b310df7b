import { useQuery } from '@tanstack/react-query'
import type { SessionView } from '#apps/api/wire/session.ts'
import { sessionQuery } from '#apps/console/api/queries.ts'
import { pages } from '#apps/console/paths.ts'

/** The three administrators, each with the one page that is theirs. */
const ADMINISTRATION: Readonly<Record<string, string>> = {
  'security-administrator': pages.persons,
  'system-administrator': pages.system,
  'audit-administrator': pages.audit,
}

type Offices = Pick<SessionView, 'offices'>

/** The page of an administrator; null for everybody else. */
export function administrationOf({ offices }: Offices): string | null {
  return offices.map(({ id }) => ADMINISTRATION[id]).find((page) => page !== undefined) ?? null
}

/** The three administrators act in no case: what concerns cases is not asked for in their name. */
export function actsInCases(session: Offices): boolean {
  return session.offices.length > 0 && administrationOf(session) === null
}

/** What a person meets first: the to-do list; administrators, who act in no case, their own page. */
export function firstPageOf(session: Offices): string {
  return actsInCases(session) ? pages.tasks('todo') : (administrationOf(session) ?? pages.rules)
}

export function holdsAny({ offices }: Offices, wanted: readonly string[]): boolean {
  return offices.some(({ id }) => wanted.includes(id))
}

/** The signed-in person. Only for what stands below the signed-in layout, which exists only with one. */
export function useSession(): SessionView {
  const { data } = useQuery(sessionQuery)
  if (!data) throw new Error('a page of the signed-in part was shown to nobody')
  return data
}
