import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Alert, Button, Descriptions, Flex, Table } from 'antd'
import { typeTitles } from '#core/boundary/column-words.ts'
import type { ColumnType } from '#core/boundary/table-schema.ts'
import type { ProductView } from '#apps/api/wire/service.ts'
import { openableQuery, productQuery } from '#apps/console/api/queries.ts'
import { RecordName } from '#apps/console/contents/content-value.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages, withQuery } from '#apps/console/paths.ts'
import { Standing } from '#apps/console/services/standing.tsx'
import { TryProduct } from '#apps/console/services/try-product.tsx'

const texts = { columns: '字段', use: '申请使用', source: '来源事项', noColumns: '本产品没有可供查询的字段。' }
/** What a product that is not on offer means to those who use it. */
const STOPPED: Readonly<Record<string, string>> = {
  suspended: '本产品暂停提供：产品或者它所依据的结果正在核查、整改。在此期间的调用不予答复；恢复后原有密钥继续有效，无需重新申请。',
  revoked: '本产品已经撤销，不再提供。请停止使用已取得的内容，并到“待办”中办理收到告知。需要替代产品的，请与运营机构联系。',
  ended: '本产品已经终止提供。需要替代产品的，请与运营机构联系。',
}
const USE_PROCEDURE = 'product-service'

/** A product: what it is, what it costs, what it answers, and how to get at it. */
export function ProductPage() {
  const { productId = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(productQuery(productId))}>{(product) => <Product product={product} />}</Loaded>
}

function Product({ product }: { product: ProductView }) {
  return (
    <Page title={product.name} sub={<Standing standing={product.standing} />} actions={<AskUse product={product} />}>
      {STOPPED[product.standing] === undefined ? null : <Alert type="warning" showIcon className="gap-below" title={STOPPED[product.standing]} />}
      <div className="panel">
        <Descriptions
          size="small"
          column={2}
          items={[
            { key: 'description', label: '说明', span: 2, children: product.description },
            { key: 'operator', label: '运营机构', children: product.operator.name },
            { key: 'contact', label: '联系方式', children: product.contact },
            { key: 'price', label: '价格', children: product.price },
            { key: 'registration', label: '登记', children: product.registration },
            { key: 'sources', label: '数据来源', children: <Flex vertical>{product.sources.map((entry) => <RecordName key={entry} register="catalog" id={entry} />)}</Flex> },
            { key: 'published', label: '发布日期', children: product.published_on },
            ...(product.case_id === '' ? [] : [{ key: 'case', label: texts.source, children: <PageLink href={pages.case(product.case_id)}>查看</PageLink> }]),
          ]}
        />
      </div>
      <section className="panel" aria-label={texts.columns}>
        <h2 className="part">{texts.columns}</h2>
        {product.columns.length === 0 ? <p className="quiet">{texts.noColumns}</p> : <Table size="small" rowKey="name" pagination={false} dataSource={product.columns} columns={[{ title: '名称', dataIndex: 'title' }, { title: '接口字段', dataIndex: 'name', className: 'mono' }, { title: '类型', dataIndex: 'type', render: typeText }]} />}
      </section>
      {product.columns.length === 0 ? null : <TryProduct product={product} />}
    </Page>
  )
}

const TYPES: [pattern: RegExp, type: ColumnType][] = [[/INT/, 'integer'], [/DOUBLE|FLOAT|DECIMAL|REAL/, 'decimal'], [/BOOL/, 'boolean'], [/TIMESTAMP/, 'timestamp'], [/DATE/, 'date'], [/CHAR|TEXT/, 'text']]

/** The engine's type in one word; one that is not known keeps the engine's. */
function typeText(type: string): string {
  const found = TYPES.find(([pattern]) => pattern.test(type))?.[1]
  return found === undefined ? type : typeTitles[found]
}

function AskUse({ product }: { product: ProductView }) {
  const navigate = useNavigate()
  const openable = useQuery(openableQuery()).data?.find(({ procedure }) => procedure === USE_PROCEDURE)
  if (openable === undefined) return null
  return <Button type="primary" onClick={() => void navigate({ href: withQuery(pages.openForm(openable.pack, openable.procedure), { product: product.id }) })}>{texts.use}</Button>
}
