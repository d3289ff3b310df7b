import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Collapse } from 'antd'
import type { TableColumnsType } from 'antd'
import { supplyModeTitles } from '#core/boundary/supply-mode.ts'
import type { DeliveryRow, OpeningView } from '#apps/api/wire/deliveries.ts'
import { deliveriesQuery, openingsQuery } from '#apps/console/api/queries.ts'
import { sizeText } from '#apps/console/contents/file-value.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { BeginDelivery } from '#apps/console/supply/begin-delivery.tsx'
import { DeliveryState } from '#apps/console/supply/delivery-state.tsx'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'
import { momentText } from '#apps/console/tables/moment-text.ts'

const texts = {
  title: '数据提供',
  sub: '为已审核同意的数据需求提供数据：上传文件或者从登记的数据源提取，逐列确认后加密入库。没有确认的数据任何人都不能使用。',
  openings: '待提供的数据',
  none: '现在没有由贵单位提供数据的环节。数据需求经贵单位审核同意后，会出现在这里。',
  deliveries: '提供记录',
  noDeliveries: '还没有提供过数据。',
  due: (date: string | null) => (date === null ? '' : `期限 ${date}`),
  origins: { upload: '上传', source: '数据源' },
}

/** What is to be provided now, and what was provided before. */
export function DeliveriesPage() {
  return (
    <Page title={texts.title} sub={texts.sub}>
      <section aria-label={texts.openings}>
        <h2 className="part">{texts.openings}</h2>
        <Loaded query={useQuery(openingsQuery())}>{(openings) => <Openings openings={openings} />}</Loaded>
      </section>
      <Deliveries />
    </Page>
  )
}

function Openings({ openings }: { openings: OpeningView[] }) {
  const { task } = useSearch({ strict: false })
  if (openings.length === 0) return <div className="panel"><ListEmpty text={texts.none} /></div>
  const [first] = openings
  const shown = task ?? (openings.length === 1 ? first?.task : undefined)
  return (
    <Collapse
      {...(shown === undefined ? {} : { defaultActiveKey: [shown] })}
      items={openings.map((opening) => ({
        key: opening.task,
        label: <span><strong>{opening.title}</strong>　<span className="quiet">{opening.number}　{opening.case_title}　{texts.due(opening.due)}</span></span>,
        children: <BeginDelivery opening={opening} />,
      }))}
    />
  )
}

const columns: TableColumnsType<DeliveryRow> = [
  { title: '数据', key: 'title', render: (_, row) => <PageLink href={pages.delivery(row.id)}>{row.title}</PageLink> },
  { title: '文件或者表', key: 'name', render: (_, row) => <span className="breakable">{row.name}</span> },
  { title: '大小', key: 'bytes', width: 90, className: 'numeric', render: (_, row) => (row.bytes === null ? '' : sizeText(row.bytes)) },
  { title: '来源', key: 'origin', width: 80, render: (_, row) => texts.origins[row.origin] },
  { title: '方式', key: 'mode', width: 110, render: (_, row) => supplyModeTitles[row.mode] },
  { title: '事项', key: 'number', width: 170, className: 'numeric', render: (_, row) => <PageLink href={pages.case(row.case_id)}>{row.number}</PageLink> },
  { title: '状态', key: 'state', width: 90, render: (_, row) => <DeliveryState state={row.state} /> },
  { title: '时间', key: 'at', width: 170, className: 'numeric', render: (_, row) => momentText(row.begun_at) },
]

function Deliveries() {
  const query = useInfiniteQuery({ ...deliveriesQuery, refetchOnMount: 'always' })
  return (
    <>
      <h2 className="part">{texts.deliveries}</h2>
      <PagedTable label={texts.deliveries} query={query} columns={columns} rowKey={({ id }) => id} empty={<ListEmpty text={texts.noDeliveries} />} />
    </>
  )
}
