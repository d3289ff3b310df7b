import { useQuery } from '@tanstack/react-query'
import { Table } from 'antd'
import type { TableColumnsType } from 'antd'
import type { ProductView } from '#apps/api/wire/service.ts'
import { productsQuery } from '#apps/console/api/queries.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { Standing } from '#apps/console/services/standing.tsx'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = { title: '产品与服务', sub: '已列入清单的公共数据产品和服务。', empty: '清单上还没有产品。运营机构发布产品后会列在这里。' }

const columns: TableColumnsType<ProductView> = [
  { title: '名称', key: 'name', render: (_, row) => <><PageLink href={pages.product(row.id)}>{row.name}</PageLink><div className="quiet">{row.description}</div></> },
  { title: '运营机构', key: 'operator', width: 180, render: (_, row) => row.operator.name },
  { title: '价格', dataIndex: 'price', width: 150 },
  { title: '登记', dataIndex: 'registration', width: 170 },
  { title: '状态', key: 'standing', width: 90, render: (_, row) => <Standing standing={row.standing} /> },
  { title: '发布日期', dataIndex: 'published_on', width: 110, className: 'numeric' },
]

/** The list of products and services. */
export function ProductsPage() {
  return (
    <Page title={texts.title} sub={texts.sub}>
      <Loaded query={useQuery(productsQuery)}>{(rows) => <div className="panel"><Table<ProductView> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={{ pageSize: 50, hideOnSinglePage: true }} locale={{ emptyText: <ListEmpty text={texts.empty} /> }} /></div>}</Loaded>
    </Page>
  )
}
