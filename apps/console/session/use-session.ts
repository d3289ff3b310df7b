import { useQuery } from '@tanstack/react-query'
import type { SessionView } from '#apps/api/wire/session.ts'
import { sessionQuery } from '#apps/console/api/queries.ts'

const ADMINISTRATOR = /-administrator$/

/** The three administrators act in no case: what concerns cases is not asked for in their name. */
export function actsInCases({ offices }: SessionView): boolean {
  return offices.length > 0 && !offices.some(({ id }) => ADMINISTRATOR.test(id))
}

/** The signed-in person. Only for what stands below the signed-in layout, which exists only with one. */
export function useSession(): SessionView {
  const { data } = useQuery(sessionQuery)
  if (!data) throw new Error('a page of the signed-in part was shown to nobody')
  return data
}
