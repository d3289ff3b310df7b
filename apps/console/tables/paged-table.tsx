import type { UseInfiniteQueryResult, InfiniteData } from '@tanstack/react-query'
import { Button, Table } from 'antd'
import type { TableColumnsType } from 'antd'
import type { ReactNode } from 'react'
import { Failure } from '#apps/console/layout/failure.tsx'

const texts = { more: '加载更多', count: (count: number, whole: boolean) => (whole ? `共 ${count} 条` : `已显示 ${count} 条`) }

type Props<R> = {
  label: string
  query: UseInfiniteQueryResult<InfiniteData<{ rows: R[]; next: string | null }>>
  columns: TableColumnsType<R>
  rowKey: (row: R) => string
  rowClassName?: (row: R) => string
  empty: ReactNode
  /** What the button for the next page says, where it is not merely more of the same. */
  moreLabel?: string
}

/** A list that the server gives page by page, in its own order. Says how many rows there are and what an empty list means. */
export function PagedTable<R extends object>({ label, query, columns, rowKey, rowClassName, empty, moreLabel = texts.more }: Props<R>) {
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <section aria-label={label}>
      <Table<R>
        size="small"
        columns={columns}
        dataSource={rows}
        rowKey={rowKey}
        pagination={false}
        loading={query.isPending}
        locale={{ emptyText: query.isPending ? ' ' : empty }}
        {...(rowClassName === undefined ? {} : { rowClassName })}
      />
      {rows.length === 0 && !query.hasNextPage ? null : (
        <div className="table-foot">
          <span className="quiet">{texts.count(rows.length, !query.hasNextPage)}</span>
          {query.hasNextPage ? <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{moreLabel}</Button> : null}
        </div>
      )}
    </section>
  )
}
