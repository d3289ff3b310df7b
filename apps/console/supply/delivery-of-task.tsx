import { useQuery } from '@tanstack/react-query'
import type { JsonObject } from '#core/json.ts'
import type { OpeningView } from '#apps/api/wire/deliveries.ts'
import { openingsQuery } from '#apps/console/api/queries.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages, withQuery } from '#apps/console/paths.ts'
import { holdsAny, useSession } from '#apps/console/session/use-session.ts'

const texts = { provide: '上传或者提取数据', again: '查看已入库的数据', filled: '行数、字段和哈希值已按入库结果填好。' }

/** What a provider may do for this task, where the task hands data over; null for any other. */
export function useOpening(caseId: string, task: string, mine: boolean): OpeningView | null {
  const isProvider = holdsAny(useSession(), ['data-provider'])
  const { data } = useQuery({ ...openingsQuery(caseId), enabled: isProvider && mine })
  return data?.find((one) => one.task === task) ?? null
}

/** The way from the task to its data, before it is concluded. */
export function DeliveryOfTask({ opening }: { opening: OpeningView }) {
  const { provided } = opening
  return (
    <p className="no-print">
      <PageLink href={withQuery(pages.deliveries, { task: opening.task })}>{texts.provide}</PageLink>
      {provided === null ? null : <>　<PageLink href={pages.delivery(provided.delivery)}>{texts.again}</PageLink>　<span className="quiet">{texts.filled}</span></>}
    </p>
  )
}

/** What the step's form asks for and the platform knows from the take-in. */
export function deliveredValues(opening: OpeningView | null): JsonObject {
  if (opening?.provided === null || opening === null) return {}
  const { rows, sha256, sm3, fields } = opening.provided
  return { rows, sha256, sm3, fields }
}
