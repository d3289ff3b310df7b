import { useQuery } from '@tanstack/react-query'
import { Button, Table } from 'antd'
import type { TableColumnsType } from 'antd'
import type { RetentionList } from '#apps/api/wire/retention.ts'
import { retentionQuery } from '#apps/console/api/queries.ts'
import { Keeping, KeepingState } from '#apps/console/cases/keeping.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

type Row = RetentionList['rows'][number]
const texts = {
  title: '留存与处置',
  sub: '各事项的记录依规定至少留存多久，取各项规定中最长者。平台不自动销毁任何记录：期满后由经办人核对其他留存要求，逐件办理处置并留下记录。',
  due: '到期可处置',
  noDue: '目前没有到期可处置的记录。留存期满的次日起，会列在这里，并在“待办”中生成“期满清理”任务。',
  others: '留存中和已处置',
  noOthers: '还没有开始计算留存期限的记录。终止提供数据、数据销毁验收后，规定的留存期限开始计算。',
  print: '打印',
  columns: { number: '编号', name: '所属事项', state: '状态', until: '留存至', rules: '规定和计算' },
}
const { columns: c } = texts
const columns: TableColumnsType<Row> = [
  { title: c.number, key: 'number', width: 170, className: 'numeric', render: (_, { subject }) => subject.number },
  { title: c.name, key: 'name', width: 260, render: (_, { subject }) => <PageLink href={pages.case(subject.id)}>{subject.title}</PageLink> },
  { title: c.state, key: 'state', width: 110, render: (_, { keeping }) => <KeepingState state={keeping.state} /> },
  { title: c.until, key: 'until', width: 110, className: 'numeric', render: (_, { keeping }) => keeping.until },
  { title: c.rules, key: 'rules', render: (_, { subject, keeping }) => <Keeping keeping={keeping} own={subject.id} /> },
]

/** What is kept and for how long; what may be disposed of stands first, and a person does it. */
export function RetentionPage() {
  return (
    <Page title={texts.title} sub={texts.sub} actions={<Button onClick={() => window.print()}>{texts.print}</Button>}>
      <Loaded query={useQuery(retentionQuery)}>
        {(rows) => (
          <>
            <Part title={texts.due} rows={rows.filter(({ keeping }) => keeping.state === 'due')} empty={texts.noDue} />
            <Part title={texts.others} rows={rows.filter(({ keeping }) => keeping.state !== 'due')} empty={texts.noOthers} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Part({ title, rows, empty }: { title: string; rows: Row[]; empty: string }) {
  return (
    <section aria-label={title}>
      <h2 className="part">{title}（{rows.length}）</h2>
      <div className="panel"><Table<Row> size="small" columns={columns} dataSource={rows} rowKey={({ subject }) => subject.id} pagination={false} locale={{ emptyText: <ListEmpty text={empty} /> }} /></div>
    </section>
  )
}
