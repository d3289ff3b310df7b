import { useQuery } from '@tanstack/react-query'
import type { SessionView } from '#apps/api/wire/session.ts'
import { sessionQuery } from '#apps/console/api/queries.ts'

/** The signed-in person. Only for what stands below the signed-in layout, which exists only with one. */
export function useSession(): SessionView {
  const { data } = useQuery(sessionQuery)
  if (!data) throw new Error('a page of the signed-in part was shown to nobody')
  return data
}
