import type { UseQueryResult } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { Failure } from './failure.tsx'

/** Waits visibly, says what failed, and then shows what came: no page handles these three alone. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />
  return (
    <div aria-busy="true" aria-label="正在加载">
      <Skeleton active paragraph={{ rows: 8 }} />
    </div>
  )
}
