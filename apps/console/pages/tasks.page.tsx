import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { App, Button, DatePicker, Input, Select } from 'antd'
import type { TableColumnsType } from 'antd'
import dayjs from 'dayjs'
import type { TaskPage, TaskRow, TaskScope } from '#apps/api/wire/task.ts'
import { tasksQuery } from '#apps/console/api/queries.ts'
import { request } from '#apps/console/api/request.ts'
import { NotFound } from '#apps/console/layout/failure.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { DueMark, nearness } from '#apps/console/law/due-mark.tsx'
import { api, pages, withQuery } from '#apps/console/paths.ts'
import type { Query } from '#apps/console/paths.ts'
import { csvText } from '#core/csv-text.ts'
import { downloadText } from '#apps/console/tables/download.ts'
import { EXPORT_ROWS_MAX, everyRow } from '#apps/console/tables/every-row.ts'
import { useActing } from '#apps/console/session/acting.tsx'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'
import { PagedTable } from '#apps/console/tables/paged-table.tsx'

const texts = {
  scopes: {
    todo: { title: '待办', sub: '本人所在岗位应当办理的任务，按期限由近到远排列。', empty: '目前没有待办任务。有新任务时会出现在这里；要启动新的事项，请到“发起事项”。' },
    overdue: { title: '逾期', sub: '已超过办理期限的任务。逾期不影响继续办理，但会如实记录并告知监督部门。', empty: '没有逾期的任务。' },
    done: { title: '已办', sub: '本单位已经办结的任务。', empty: '还没有办结的任务。' },
    copied: { title: '抄送', sub: '告知本单位知悉、不需要办理的任务。', empty: '没有抄送的任务。' },
  },
  search: '搜索编号、名称',
  searched: '在最靠前的 2000 项任务中查找。',
  procedure: '按程序筛选',
  dueBefore: '期限不晚于',
  exportCsv: '导出 CSV',
  cut: `内容较多，文件只含前 ${EXPORT_ROWS_MAX} 条。请用筛选缩小范围。`,
  open: '办理',
  view: '查看',
  columns: { due: '办理期限', number: '编号', name: '事项', step: '环节', procedure: '程序', office: '办理岗位', opened: '开始日期', closed: '办结日期', assignee: '经办人', act: '操作' },
}

function isScope(scope: string | undefined): scope is TaskScope {
  return scope !== undefined && scope in texts.scopes
}

/** 待办、逾期、已办、抄送: one page, four questions. */
export function TasksPage() {
  const { scope } = useParams({ strict: false })
  return isScope(scope) ? <TasksOf key={scope} scope={scope} /> : <NotFound />
}

function TasksOf({ scope }: { scope: TaskScope }) {
  const { q, procedure, due_before } = useSearch({ strict: false })
  const { acting } = useActing()
  const filter: Query = { scope, q, procedure, due_before, ...(scope === 'todo' && acting !== null ? { acting_for: acting.delegation } : {}) }
  const query = useInfiniteQuery(tasksQuery(filter))
  const { title, sub, empty } = texts.scopes[scope]
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Page title={title} sub={sub} actions={<ExportTasks title={title} filter={filter} />}>
      <div className="panel">
        <TaskFilters scope={scope} rows={rows} />
        <PagedTable
          label={title}
          query={query}
          columns={columnsOf(scope)}
          rowKey={(row) => `${row.case_id}/${row.task}`}
          rowClassName={(row) => (scope === 'done' ? '' : `row-${nearness(row)}`)}
          empty={<ListEmpty text={empty}>{scope === 'todo' ? <PageLink href={pages.opening}>发起事项</PageLink> : null}</ListEmpty>}
        />
      </div>
    </Page>
  )
}

function TaskFilters({ scope, rows }: { scope: TaskScope; rows: TaskRow[] }) {
  const { q, procedure, due_before } = useSearch({ strict: false })
  const navigate = useNavigate()
  const filter = (change: Query) => void navigate({ href: withQuery(pages.tasks(scope), { q, procedure, due_before, ...change }) })
  const procedures = new Map(rows.map((row) => [row.procedure.id, row.procedure.title]))
  if (procedure !== undefined && !procedures.has(procedure)) procedures.set(procedure, procedure)
  return (
    <div className="filters no-print">
      <Input.Search className="filter-search" aria-label={texts.search} placeholder={texts.search} defaultValue={q ?? ''} allowClear onSearch={(value) => filter({ q: value.trim() })} />
      <Select
        className="filter-select"
        aria-label={texts.procedure}
        placeholder={texts.procedure}
        allowClear
        value={procedure ?? null}
        options={[...procedures].map(([value, label]) => ({ value, label }))}
        onChange={(value: string | null | undefined) => filter({ procedure: value ?? undefined })}
      />
      <DatePicker aria-label={texts.dueBefore} placeholder={texts.dueBefore} value={due_before === undefined ? null : dayjs(due_before)} onChange={(date) => filter({ due_before: date?.format('YYYY-MM-DD') })} />
      {q === undefined ? null : <span className="quiet">{texts.searched}</span>}
    </div>
  )
}

function columnsOf(scope: TaskScope): TableColumnsType<TaskRow> {
  const { columns } = texts
  const isOpen = scope !== 'done'
  return [
    { title: columns.due, key: 'due', width: 200, render: (_, row) => <DueMark {...row} {...(isOpen ? {} : { working_days_left: null })} /> },
    { title: columns.number, dataIndex: 'number', width: 170, render: (number: string) => <span className="numeric">{number}</span> },
    { title: columns.name, key: 'name', render: (_, row) => <PageLink href={`${pages.case(row.case_id)}#task-${row.task}`}>{row.case_title}</PageLink> },
    { title: columns.step, dataIndex: 'step_title', width: 150 },
    { title: columns.procedure, key: 'procedure', width: 150, render: (_, row) => row.procedure.title },
    { title: columns.office, key: 'office', width: 150, render: (_, row) => <>{row.office.title}<div className="quiet">{row.organization.name}</div></> },
    isOpen
      ? { title: columns.opened, dataIndex: 'opened_on', width: 104, className: 'numeric' }
      : { title: columns.closed, dataIndex: 'closed_on', width: 104, className: 'numeric' },
    {
      title: columns.act,
      key: 'act',
      width: 64,
      render: (_, row) => <PageLink href={`${pages.case(row.case_id)}#task-${row.task}`} aria-label={`${scope === 'todo' ? texts.open : texts.view} ${row.case_title} ${row.step_title}`}>{scope === 'todo' ? texts.open : texts.view}</PageLink>,
    },
  ]
}

function ExportTasks({ title, filter }: { title: string; filter: Query }) {
  const { message } = App.useApp()
  const save = async (): Promise<void> => {
    const { rows, whole } = await everyRow((cursor) => request<TaskPage>(api.tasks({ ...filter, cursor })))
    if (!whole) message.warning(texts.cut)
    const { columns: c } = texts
    const header = [c.due, '暂定', '逾期工作日', c.number, c.name, c.step, c.procedure, c.office, '单位', c.opened, c.closed, c.assignee]
    const cells = rows.map((r) => [r.due, r.provisional ? '是' : '', r.overdue_days, r.number, r.case_title, r.step_title, r.procedure.title, r.office.title, r.organization.name, r.opened_on, r.closed_on, r.assignee])
    downloadText(`${title}.csv`, csvText(header, cells), 'text/csv')
  }
  return <Button onClick={() => void save()}>{texts.exportCsv}</Button>
}
