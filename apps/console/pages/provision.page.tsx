import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Table, Tag } from 'antd'
import type { TableColumnsType } from 'antd'
import type { ProvisionView } from '#apps/api/wire/provision.ts'
import { provisionQuery } from '#apps/console/api/queries.ts'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { RULE_KINDS } from '#apps/console/law/rule-kinds.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { pages } from '#apps/console/paths.ts'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  back: '返回全文',
  rules: '依据本条的规则',
  noRules: '没有规则直接依据本条。原则、定义一类的条文不产生办理步骤。',
  obligations: '本条的义务和检验场景',
  noObligations: '本条没有登记义务。',
  cases: '本单位正在依本条办理的事项',
  noCases: '本单位没有正在依本条办理的事项。',
  more: (count: number) => `另有${count}件，请到事项列表查看。`,
  reading: '平台读作：',
  because: '理由：',
  status: { covered: '已有场景检验', missing: '尚无场景', failing: '场景未通过', excepted: '列为例外', 'not-needed': '无需场景', 'not-recorded': '尚未检验' } satisfies Record<string, string> as Record<string, string>, // another status shows its own name
  platform: { enforce: '平台约束', drive: '平台推动', record: '平台记录', publish: '平台公布', inform: '展示', none: '不由平台实现' } satisfies Record<string, string> as Record<string, string>, // likewise
}

/** A provision with what rests on it here: rules, obligations with the scenarios that show them kept, open cases. */
export function ProvisionPage() {
  const { pack = '', provision = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(provisionQuery(pack, provision))}>{(view) => <Provision view={view} />}</Loaded>
}

function Provision({ view }: { view: ProvisionView }) {
  return (
    <Page title={view.label} sub={view.heading.startsWith(view.label) ? view.heading : undefined} actions={<PageLink href={pages.pack(view.pack)}>{texts.back}</PageLink>}>
      <blockquote className="panel provision-whole">{view.text.split('\n').filter((line) => line.trim() !== '').map((line) => <p key={line}>{line}</p>)}</blockquote>
      <section aria-label={texts.rules}>
        <h2 className="part">{texts.rules}（{view.rules.length}）</h2>
        <div className="panel"><Rules rules={view.rules} /></div>
      </section>
      <section aria-label={texts.obligations}>
        <h2 className="part">{texts.obligations}（{view.obligations.length}）</h2>
        {view.obligations.length === 0 ? <p className="quiet">{texts.noObligations}</p> : view.obligations.map((one) => <Obligation key={one.id} obligation={one} />)}
      </section>
      <section aria-label={texts.cases}>
        <h2 className="part">{texts.cases}（{view.cases_total}）</h2>
        {view.cases.length === 0 ? <p className="quiet">{texts.noCases}</p> : (
          <ul className="panel plain-list">
            {view.cases.map(({ id, number, title, opened }) => <li key={id}><PageLink href={pages.case(id)}>{number} {title}</PageLink>　<span className="quiet">{opened}发起</span></li>)}
            {view.cases_total > view.cases.length ? <li className="quiet">{texts.more(view.cases_total - view.cases.length)}</li> : null}
          </ul>
        )}
      </section>
    </Page>
  )
}

const ruleColumns: TableColumnsType<ProvisionView['rules'][number]> = [
  { title: '种类', key: 'kind', width: 90, render: (_, one) => <Tag>{RULE_KINDS[one.kind] ?? one.kind}</Tag> },
  { title: '规则', key: 'place', render: (_, one) => one.place.join(' › ') || one.id },
  { title: '所引原文', key: 'says', render: (_, one) => <><BasisTag basis={one.basis} short /> {one.basis.says ?? one.basis.because}</> },
]

function Rules({ rules }: { rules: ProvisionView['rules'] }) {
  const rows = rules.map((rule, index) => ({ ...rule, key: `${index}/${rule.kind}/${rule.id}` }))
  return <Table size="small" rowKey="key" columns={ruleColumns} dataSource={rows} pagination={false} locale={{ emptyText: <ListEmpty text={texts.noRules} /> }} />
}

function Obligation({ obligation: { id, text, platform, status, tests, reading } }: { obligation: ProvisionView['obligations'][number] }) {
  return (
    <div className="panel">
      <div><span className="mono">{id}</span>　<Tag>{texts.platform[platform] ?? platform}</Tag><Tag color={status === 'covered' ? 'green' : status === 'failing' ? 'red' : 'default'}>{texts.status[status] ?? status}</Tag></div>
      <p>{text}</p>
      {reading === null ? null : <p className="quiet">{texts.reading}{reading.reads}{texts.because}{reading.because}</p>}
      {tests.length === 0 ? null : <ul className="plain-list">{tests.map((one) => <li key={`${one.file}/${one.title}`} lang="en"><span className="mono quiet">{one.file}</span> {one.title}</li>)}</ul>}
    </div>
  )
}
