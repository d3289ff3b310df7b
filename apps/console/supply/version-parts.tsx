import { Descriptions, Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import { changesText, supplyModeTitles } from '#core/boundary/supply-mode.ts'
import type { DataReport } from '#apps/api/wire/deliveries.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { momentText } from '#apps/console/tables/moment-text.ts'

type Version = DataReport['history'][number]

const texts = {
  history: '版本沿革',
  historyNote: '每一版本都是独立加密保存的完整数据；增量提供的，写明在哪一版基础上作了什么变化。',
  current: '本页',
  states: { active: '可用', destroying: '正在销毁', destroyed: '已销毁' } satisfies Record<Version['state'], string>,
  certificate: '销毁证明',
  under: '依据事项', intended: '作出决定', done: '执行完毕', running: '正在执行，执行完毕并经验证后写入本证明。', proof: '验证',
}

/** All versions of a table: how each was supplied, what it changed, whether it still stands. */
export function VersionHistory({ report }: { report: DataReport }) {
  const columns: TableColumnsType<Version> = [
    { title: '版本', key: 'number', width: 130, render: (_, one) => (one.version === report.version ? <span aria-current="page">第 {one.number} 版　<span className="quiet">{texts.current}</span></span> : <PageLink href={pages.dataReport(one.version)}>第 {one.number} 版</PageLink>) },
    { title: '提供方式', key: 'mode', width: 130, render: (_, one) => supplyModeTitles[one.mode] },
    { title: '变化', key: 'changes', render: (_, one) => (one.changes === null ? '' : `${one.base_number === null ? '' : `第 ${one.base_number} 版基础上`}${changesText(one.changes)}`) },
    { title: '行数', dataIndex: 'rows', width: 110, className: 'numeric' },
    { title: '状态', key: 'state', width: 100, render: (_, one) => <Tag color={one.state === 'active' ? 'green' : 'default'}>{texts.states[one.state]}</Tag> },
    { title: '入库时间', key: 'at', width: 180, className: 'numeric', render: (_, one) => momentText(one.taken_in_at) },
  ]
  return (
    <section className="panel" aria-label={texts.history}>
      <h2 className="part">{texts.history}</h2>
      <p className="quiet">{texts.historyNote}</p>
      <div className="value-table"><Table<Version> size="small" rowKey="version" columns={columns} dataSource={report.history} pagination={false} /></div>
    </section>
  )
}

/** That a version was destroyed, under which case, and how each try to open it failed. */
export function DestructionCertificate({ destruction, title, number }: { destruction: NonNullable<DataReport['destruction']>; title: string; number: number }) {
  const { case_id, done_at, intended_at, proof } = destruction
  return (
    <section className="panel" aria-label={texts.certificate}>
      <h2 className="part">{texts.certificate}：{title}第 {number} 版</h2>
      <Descriptions size="small" column={1} items={[
        { key: 'under', label: texts.under, children: <PageLink href={pages.case(case_id)}>{destruction.number}</PageLink> },
        { key: 'intended', label: texts.intended, children: momentText(intended_at) },
        { key: 'done', label: texts.done, children: done_at === null ? texts.running : momentText(done_at) },
        ...(proof.length === 0 ? [] : [{ key: 'proof', label: texts.proof, children: <ol className="proof">{proof.map((sentence) => <li key={sentence}>{sentence}</li>)}</ol> }]),
      ]} />
    </section>
  )
}
