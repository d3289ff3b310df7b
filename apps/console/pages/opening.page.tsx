import { useQuery } from '@tanstack/react-query'
import { openableQuery } from '#apps/console/api/queries.ts'
import { Openables } from '#apps/console/cases/openables.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { useActing } from '#apps/console/session/acting.tsx'

const texts = {
  title: '发起事项',
  sub: '规则规定由您所在岗位发起的事项。暂时不能发起的，列明原因和依据。',
  empty: '您所在的岗位没有可以发起的事项。其他岗位发起后，需要您办理的任务会出现在“待办”。',
}

/** What the signed-in person's office opens, or the office in which a delegation lets the person act. */
export function OpeningPage() {
  const { acting } = useActing()
  const query = useQuery(openableQuery(acting?.delegation ?? null))
  return (
    <Page title={texts.title} sub={texts.sub}>
      <Loaded query={query}>{(rows) => <Openables rows={rows} empty={texts.empty} formOf={pages.openForm} />}</Loaded>
    </Page>
  )
}
