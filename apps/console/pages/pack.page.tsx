import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Button, Collapse, Descriptions, Table, Tabs, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import { useMemo } from 'react'
import type { PackView } from '#apps/api/wire/rules.ts'
import { packQuery } from '#apps/console/api/queries.ts'
import { FlowChartView } from '#apps/console/contents/flow-chart-view.tsx'
import { Markdown } from '#apps/console/contents/markdown.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { LawBesideContext } from '#apps/console/law/law-beside.tsx'
import { RULE_KINDS } from '#apps/console/law/rule-kinds.ts'
import { pages } from '#apps/console/paths.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  tabs: { text: '条文与规则', procedures: '程序', figures: '数值与期限', offices: '岗位' },
  kinds: RULE_KINDS,
  units: { 'working-day': '个工作日', 'calendar-day': '日', month: '个月', year: '年', count: '次', percent: '%', ratio: '', entity: '个主体', yuan: '元' } satisfies Record<string, string> as Record<string, string>, // likewise
  bounds: { 'at-most': '不超过', 'at-least': '不少于', exactly: '', within: '以内' } satisfies Record<string, string> as Record<string, string>, // likewise
  noRules: '没有规则直接依据本条。',
  print: '打印',
  none: '本规则没有规定此类内容。',
}

/** One regulation as the platform reads it: every provision with the rules that rest on it, and what was made of it. */
export function PackPage() {
  const { pack = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(packQuery(pack))}>{(view) => <Pack view={view} />}</Loaded>
}

function Pack({ view }: { view: PackView }) {
  const { tab = 'text' } = useSearch({ strict: false })
  const navigate = useNavigate()
  const law = useMemo(() => ({ labelOf: (id: string) => view.provisions.find((one) => one.id === id)?.label ?? null, show: null }), [view])
  const items = [
    { key: 'text', label: texts.tabs.text, children: <Provisions view={view} /> },
    { key: 'procedures', label: `${texts.tabs.procedures}（${view.procedures.length}）`, children: <Procedures view={view} /> },
    { key: 'figures', label: `${texts.tabs.figures}（${view.figures.length}）`, children: <Figures view={view} /> },
    { key: 'offices', label: `${texts.tabs.offices}（${view.offices.length}）`, children: <Offices view={view} /> },
  ]
  return (
    <Page title={view.title} sub={view.document_number} actions={<Button onClick={() => window.print()}>{texts.print}</Button>}>
      <LawBesideContext value={law}>
        <div className="panel">
          <Descriptions
            size="small"
            column={3}
            items={[
              { key: 'from', label: '施行日期', children: view.in_force },
              { key: 'to', label: '有效期至', children: view.last_day ?? '未规定' },
              { key: 'version', label: '规则包版本', children: `第${view.version}版` },
              { key: 'digest', label: '规则包摘要', span: 3, children: <span className="mono">{view.digest}</span> },
            ]}
          />
        </div>
        <div className="panel">
          <Tabs activeKey={tab} items={items} onChange={(key) => void navigate({ href: pages.pack(view.pack, key), replace: true })} />
        </div>
      </LawBesideContext>
    </Page>
  )
}

type Provision = PackView['provisions'][number]

/** Articles with their paragraphs and items. What a part below repeats is not said twice. */
function Provisions({ view }: { view: PackView }) {
  return view.provisions.map((one, index) => {
    const next = view.provisions[index + 1]
    const own = next?.id.startsWith(`${one.id}.`) ? (one.text.split(next.text)[0] ?? '').trim() : one.text
    const isArticle = !one.id.includes('.')
    return (
      <section key={one.id} className={isArticle ? 'law-text law-article' : 'law-text'}>
        {one.chapter !== '' && one.chapter !== view.provisions[index - 1]?.chapter ? <h2 className="chapter">{one.chapter}</h2> : null}
        {own === '' && one.rules.length === 0 && !isArticle ? null : <ProvisionRow pack={view.pack} provision={one} text={own} isArticle={isArticle} />}
      </section>
    )
  })
}

function ProvisionRow({ pack, provision: { id, label, heading, rules }, text, isArticle }: { pack: string; provision: Provision; text: string; isArticle: boolean }) {
  const title = heading.startsWith(label) ? heading : `${label}　${heading}`
  return (
    <div className="law-row">
      <div>
        {isArticle ? <h3 title={id}><PageLink href={pages.provision(pack, id)}>{title}</PageLink></h3> : <h4 title={id}><PageLink href={pages.provision(pack, id)}>{label}</PageLink></h4>}
        {text === '' ? null : <p>{text}</p>}
      </div>
      <div className="law-rules">
        {rules.length === 0 && !isArticle ? <span className="quiet">{texts.noRules}</span> : rules.map((rule) => <div key={`${rule.kind}/${rule.id}`}><Tag>{texts.kinds[rule.kind] ?? rule.kind}</Tag>{rule.title}</div>)}
      </div>
    </div>
  )
}

function Procedures({ view }: { view: PackView }) {
  if (view.procedures.length === 0) return <ListEmpty text={texts.none} />
  const items = view.procedures.map(({ id, title, from, markdown, diagram }) => ({
    key: id,
    label: title,
    extra: from === view.pack ? null : <Tag>上位规则</Tag>,
    children: (
      <>
        <FlowChartView text={diagram} title={title} />
        <Markdown text={markdown} topLevel={2} />
      </>
    ),
  }))
  return <Collapse items={items} destroyOnHidden />
}

const figureColumns: TableColumnsType<PackView['figures'][number]> = [
  { title: '名称', dataIndex: 'title' },
  { title: '数值', key: 'value', width: 160, render: (_, one) => <strong className="numeric">{texts.bounds[one.bound] ?? ''}{one.value}{texts.units[one.unit] ?? one.unit}</strong> },
  { title: '依据', key: 'basis', render: (_, one) => <BasisTag basis={one.basis} /> },
  { title: '原文', key: 'says', render: (_, one) => one.basis.says ?? one.basis.because },
]

function Figures({ view }: { view: PackView }) {
  return <Table size="small" rowKey="id" columns={figureColumns} dataSource={view.figures} pagination={false} locale={{ emptyText: <ListEmpty text={texts.none} /> }} />
}

const officeColumns: TableColumnsType<PackView['offices'][number]> = [
  { title: '岗位', dataIndex: 'title', width: 240 },
  { title: '由谁担任', dataIndex: 'holder' },
  { title: '依据', key: 'basis', render: (_, one) => <BasisTag basis={one.basis} /> },
]

function Offices({ view }: { view: PackView }) {
  return <Table size="small" rowKey="id" columns={officeColumns} dataSource={view.offices} pagination={false} locale={{ emptyText: <ListEmpty text={texts.none} /> }} />
}
