import { Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { DataReport } from '#apps/api/wire/deliveries.ts'
import { api } from '#apps/console/paths.ts'
import { DestructionCertificate, VersionHistory } from './version-parts.tsx'

type Column = DataReport['columns'][number]
type Rule = DataReport['quality'][number]

const texts = {
  quality: '质量报告',
  profile: '数据概况',
  note: '只列数量、占比和向外取整的范围，不含原始数据；准标识、敏感和主体标识列不显示范围。',
  failures: '不符的行',
  failuresNote: '行号不计表头；值以样式表示：9 为数字，a 为字母，字为汉字。每项规则最多列 100 行。',
  passed: '符合', broken: '不符合', unchecked: '未核验',
  differences: '目录所载与实际内容不一致',
  xlsx: '导出 Excel', csv: '导出 CSV',
  distinct: (count: number, exact: boolean) => (exact ? `${count}` : `约 ${count}`),
  hidden: '不显示',
  about: (kind: string, count: number, exact: boolean) => `涉及${kind === 'person' ? '个人' : '企业'}${exact ? '' : '约'} ${count} ${kind === 'person' ? '人' : '家'}`,
}
const PERCENT = 100

const columns: TableColumnsType<Column> = [
  { title: '字段', key: 'name', render: (_, one) => <code>{one.name}</code> },
  { title: '名称', dataIndex: 'title' },
  { title: '类型', dataIndex: 'type', width: 110 },
  { title: '作用', key: 'role', width: 100, render: (_, one) => <Tag>{one.role}</Tag> },
  { title: '没有值', key: 'absent', width: 150, className: 'numeric', render: (_, one) => `${one.absent} 行（${Number((one.absent_share * PERCENT).toFixed(1))}%）` },
  { title: '不同取值', key: 'distinct', width: 120, className: 'numeric', render: (_, one) => texts.distinct(one.distinct, one.distinct_exact) },
  { title: '范围', key: 'range', width: 180, render: (_, one) => one.range ?? <span className="quiet">{texts.hidden}</span> },
]

/** Quality and profile of a version: what was found under each rule, in which rows, and the columns in counts and shares. */
export function DataReportView({ report }: { report: DataReport }) {
  const failures = report.quality.flatMap(({ dimension, failures: rows }) => rows.map((row) => ({ dimension, ...row })))
  return (
    <>
      {report.destruction === null ? null : <DestructionCertificate destruction={report.destruction} title={report.title} number={report.number} />}
      {report.differences.length === 0 ? null : (
        <section className="panel" aria-label={texts.differences}>
          <h2 className="part">{texts.differences}</h2>
          <ul className="plain">{report.differences.map((text) => <li key={text}>{text}</li>)}</ul>
        </section>
      )}
      <section className="panel" aria-label={texts.quality}>
        <h2 className="part">{texts.quality}</h2>
        <ul className="plain">{report.quality.map((rule) => <li key={rule.text}><Verdict rule={rule} />{rule.text}</li>)}</ul>
        <p className="no-print"><a href={api.dataReportFile(report.version, 'xlsx')} download>{texts.xlsx}</a>　<a href={api.dataReportFile(report.version, 'csv')} download>{texts.csv}</a></p>
        {failures.length === 0 ? null : (
          <details>
            <summary>{texts.failures}（{failures.length}）</summary>
            <p className="quiet">{texts.failuresNote}</p>
            <Table size="small" rowKey={(row) => `${row.dimension}/${row.column}/${row.row}`} dataSource={failures} pagination={{ pageSize: 20, showSizeChanger: false }} columns={[{ title: '维度', dataIndex: 'dimension', width: 110 }, { title: '行号', dataIndex: 'row', width: 110, className: 'numeric' }, { title: '列', dataIndex: 'column' }, { title: '值的样式', dataIndex: 'shape', className: 'mono' }]} />
          </details>
        )}
      </section>
      <section className="panel" aria-label={texts.profile}>
        <h2 className="part">{texts.profile}</h2>
        <p className="quiet">{report.rows} 行{report.entities === null ? '' : `　${texts.about(report.entities.kind, report.entities.count, report.entities.exact)}`}　{texts.note}</p>
        <Table<Column> size="small" rowKey="name" columns={columns} dataSource={report.columns} pagination={false} />
      </section>
      <VersionHistory report={report} />
    </>
  )
}

function Verdict({ rule }: { rule: Rule }) {
  if (rule.text.includes(texts.unchecked)) return <Tag>{texts.unchecked}</Tag>
  return <Tag color={rule.passed ? 'green' : 'red'}>{rule.passed ? texts.passed : texts.broken}</Tag>
}
