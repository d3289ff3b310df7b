import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { CaseRow, OpenableView } from '#apps/api/wire/case.ts'
import type { TaskRow } from '#apps/api/wire/task.ts'
import { casesQuery, openableQuery, tasksQuery } from '#apps/console/api/queries.ts'
import { Openables } from '#apps/console/cases/openables.tsx'
import { NotFound } from '#apps/console/layout/failure.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { DueMark } from '#apps/console/law/due-mark.tsx'
import { pages } from '#apps/console/paths.ts'
import { useActing } from '#apps/console/session/acting.tsx'
import { useSession } from '#apps/console/session/use-session.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'

const texts = {
  title: '预演空间',
  sub: '征求意见稿在这里按其条文走一遍程序，现行规则也可以在这里练习。结果只供研究和培训。',
  todo: '待我办理的预演任务',
  noTodo: '没有待您办理的预演任务。预演事项走到您所在的岗位时，任务只出现在这里，不进入“待办”。',
  cases: '预演事项',
  noCases: '还没有预演事项。从下面的征求意见稿或者现行规则中选一个程序发起，事项只列在这里。',
  open: '发起预演',
  drafts: '征求意见稿',
  noDrafts: '平台没有载入征求意见稿。载入后，其程序列在这里。',
  rules: '现行规则',
  draft: '征求意见稿，没有法律效力',
  practice: '现行规则，在此仅作练习',
  nothing: '您所在的岗位在这部规定中没有可以发起的程序。',
  columns: { number: '编号', name: '名称', step: '环节', due: '办理期限', procedure: '程序', status: '状态', opened: '发起日期', by: '发起单位' },
}
const { columns: c } = texts
const PREVIEW = { preview: 'true' }
const taskColumns: TableColumnsType<TaskRow> = [
  { title: c.due, key: 'due', width: 200, render: (_, row) => <DueMark {...row} /> },
  { title: c.number, dataIndex: 'number', width: 190, className: 'numeric' },
  { title: c.name, key: 'name', render: (_, row) => <PageLink href={`${pages.case(row.case_id)}#task-${row.task}`}>{row.case_title}</PageLink> },
  { title: c.step, dataIndex: 'step_title', width: 180 },
]
const caseColumns: TableColumnsType<CaseRow> = [
  { title: c.number, dataIndex: 'number', width: 190, className: 'numeric' },
  { title: c.name, key: 'title', render: (_, row) => <PageLink href={pages.case(row.id)}>{row.title}</PageLink> },
  { title: c.procedure, key: 'procedure', width: 180, render: (_, row) => row.procedure.title },
  { title: c.status, key: 'status', width: 120, render: (_, row) => <Tag>{row.status.title}</Tag> },
  { title: c.by, key: 'by', width: 190, render: (_, row) => row.opened_by.name },
  { title: c.opened, dataIndex: 'opened', width: 110, className: 'numeric' },
]

/** Where drafts are tried: their cases and tasks stand here and nowhere else. */
export function PreviewPage() {
  const { preview } = useSession()
  return preview ? <PreviewSpace /> : <NotFound />
}

function PreviewSpace() {
  const { acting } = useActing()
  const tasks = useInfiniteQuery(tasksQuery({ scope: 'todo', ...PREVIEW, ...(acting === null ? {} : { acting_for: acting.delegation }) }))
  const cases = useInfiniteQuery(casesQuery(PREVIEW))
  const openable = useQuery(openableQuery(acting?.delegation ?? null, true))
  return (
    <Page title={texts.title} sub={texts.sub} preview>
      <h2 className="part">{texts.todo}</h2>
      <div className="panel"><PagedTable label={texts.todo} query={tasks} columns={taskColumns} rowKey={(row) => `${row.case_id}/${row.task}`} empty={<ListEmpty text={texts.noTodo} />} /></div>
      <h2 className="part">{texts.cases}</h2>
      <div className="panel"><PagedTable label={texts.cases} query={cases} columns={caseColumns} rowKey={(row) => row.id} empty={<ListEmpty text={texts.noCases} />} /></div>
      <Loaded query={openable}>{(rows) => <Packs rows={rows} />}</Loaded>
    </Page>
  )
}

/** The drafts first, each with its procedures; then the rules in force, for practice. */
function Packs({ rows }: { rows: OpenableView[] }) {
  const packs = [...new Map(rows.map((row) => [row.pack, row])).values()]
  return (
    <>
      <h2 className="part">{texts.open}：{texts.drafts}</h2>
      {packs.some((row) => row.draft) ? null : <div className="panel"><ListEmpty text={texts.noDrafts} /></div>}
      {packs.map(({ pack, pack_title: title, draft }) => (
        <details key={pack} open={draft} className="panel preview-pack">
          <summary><strong>{title}</strong> <Tag color={draft ? 'volcano' : 'default'}>{draft ? texts.draft : texts.practice}</Tag></summary>
          <Openables rows={rows.filter((row) => row.pack === pack)} empty={texts.nothing} formOf={pages.previewForm} />
        </details>
      ))}
    </>
  )
}
