import { useQuery } from '@tanstack/react-query'
import { caseQuery } from '#apps/console/api/queries.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'

/** A case by its number, which people know, with the link to it. */
export function CaseNumber({ id, link = true }: { id: string; link?: boolean }) {
  const view = useQuery(caseQuery(id)).data
  const name = view === undefined ? id : `${view.number} ${view.title}`
  return link ? <PageLink href={pages.case(id)}>{name}</PageLink> : <span>{name}</span>
}
