import { useQuery } from '@tanstack/react-query'
import { organizationsQuery, registerQuery } from '#apps/console/api/queries.ts'
import { recordName } from '#apps/console/contents/record-name.ts'

const CATALOG = 'catalog'

/** For which organisation or entry a content of a branch was given: `providers=<id>/approved-items=<key>` by names. */
export function BranchName({ branch }: { branch: string }) {
  const organizations = useQuery(organizationsQuery).data ?? []
  const entries = useQuery(registerQuery(CATALOG)).data?.rows ?? []
  const names = branch.split('/').map((part) => {
    const key = decodeURIComponent(part.slice(part.indexOf('=') + 1))
    const entry = entries.find((one) => one.key === key)
    return organizations.find(({ id }) => id === key)?.name ?? (entry === undefined ? key : recordName(entry))
  })
  return names.join('、')
}
