import { useQuery } from '@tanstack/react-query'
import { caseQuery } from '#apps/console/api/queries.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { actsInCases, useSession } from '#apps/console/session/use-session.ts'

/** A case by its number, which people know, with the link to it; administrators, who read no case, see its id alone. */
export function CaseNumber({ id, link = true }: { id: string; link?: boolean }) {
  const mayRead = actsInCases(useSession())
  const view = useQuery({ ...caseQuery(id), enabled: mayRead }).data
  const name = view === undefined ? id : `${view.number} ${view.title}`
  return link && mayRead ? <PageLink href={pages.case(id)}>{name}</PageLink> : <span>{name}</span>
}
