import { useQuery } from '@tanstack/react-query'
import { Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { ProtectedEntry } from '#apps/api/wire/protection.ts'
import { protectedEntriesQuery } from '#apps/console/api/queries.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  title: '数据保护规则', sub: '由实施机构会同数据提供单位制定，一方拟订、另一方同意后施行。作业读取数据之前，先按施行中的规则处理；目录载明须保护而没有规则的，作业不予运行。',
  empty: '没有由本单位参与制定保护规则的数据。', inForce: (version: number) => `第${version}版施行中`, none: '没有规则', waiting: (version: number) => `第${version}版待另一方同意`, columns: { title: '数据资源', provider: '提供单位', state: '保护规则', unprotected: '载明保护、尚无规则的字段', thresholds: '输出检查阈值', budget: '隐私预算' },
  undeclared: '没有登记表结构', stricter: (version: number) => `提供单位第${version}版`, asPack: '按规则包', budget: (milli: number) => `每个场景 ${milli / MILLI}`, closed: '未开放',
}
const MILLI = 1_000 // thousandths of ε in ε

const columns: TableColumnsType<ProtectedEntry> = [
  { title: texts.columns.title, key: 'title', render: (_, row) => (row.declared ? <PageLink href={pages.protectionEntry(row.entry)}>{row.title}</PageLink> : row.title) },
  { title: texts.columns.provider, key: 'provider', width: 200, render: (_, row) => row.provider.name },
  { title: texts.columns.state, key: 'state', width: 190, render: (_, row) => (!row.declared ? <span className="quiet">{texts.undeclared}</span> : <>{row.in_force === null ? <Tag>{texts.none}</Tag> : <Tag color="green">{texts.inForce(row.in_force)}</Tag>}{row.waiting === null ? null : <Tag color="gold">{texts.waiting(row.waiting)}</Tag>}</>) },
  { title: texts.columns.unprotected, key: 'unprotected', width: 200, render: (_, row) => row.unprotected.join('、') },
  { title: texts.columns.thresholds, key: 'thresholds', width: 140, render: (_, { entry, thresholds }) => <PageLink href={pages.thresholds(entry)}>{thresholds === null ? texts.asPack : texts.stricter(thresholds)}</PageLink> },
  { title: texts.columns.budget, key: 'budget', width: 130, render: (_, { entry, milli_epsilon }) => <PageLink href={pages.privacyBudget(entry)}>{milli_epsilon === null ? texts.closed : texts.budget(milli_epsilon)}</PageLink> },
]

/** The tables whose rules the person's organisation writes together with another. */
export function ProtectionPage() {
  return (
    <Page title={texts.title} sub={texts.sub}>
      <Loaded query={useQuery(protectedEntriesQuery)}>{({ rows }) => <div className="panel"><Table<ProtectedEntry> size="small" columns={columns} dataSource={rows} rowKey={(row) => row.entry} pagination={false} locale={{ emptyText: <ListEmpty text={texts.empty} /> }} /></div>}</Loaded>
    </Page>
  )
}
