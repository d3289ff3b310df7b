import { useNavigate } from '@tanstack/react-router'
import { Card, Collapse, Flex, Input } from 'antd'
import { useState } from 'react'
import type { OpenableView } from '#apps/api/wire/case.ts'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { ReasonedButton } from '#apps/console/law/reasoned-button.tsx'
import { RefusalText } from '#apps/console/law/refusal-text.tsx'
import { ListEmpty } from '#apps/console/tables/list-empty.tsx'

const texts = {
  search: '按名称查找事项',
  noMatch: '没有名称相符的事项，请换一个词。',
  others: (count: number) => `由其他单位或者岗位发起的事项（${count}）`,
  by: '由',
  capabilities: {
    plans: '实施方案', selections: '运营机构选定', agreements: '授权协议', filings: '备案', catalog: '资源目录', registration: '登记', demands: '数据需求', deliveries: '数据供给', quality: '数据质量',
    environment: '开发利用环境', protection: '数据保护', consents: '个人授权', products: '产品', scenarios: '场景', services: '服务', pricing: '价格', accounts: '核算',
    evaluation: '评估', rectification: '整改', termination: '终止', exit: '退出', security: '安全', disputes: '异议', sanctions: '处理', competition: '公平竞争', disclosure: '信息公开',
    regulations: '规则', organizations: '单位与人员', evidence: '存证',
  } satisfies Record<string, string> as Record<string, string>, // any capability may be asked for by id
}

type FormOf = (pack: string, procedure: string) => string

/** What may be opened, by capability; what others open stands folded below. What is closed says why. */
export function Openables({ rows, empty, formOf }: { rows: OpenableView[]; empty: string; formOf: FormOf }) {
  const [word, setWord] = useState('')
  const found = rows.filter((row) => row.title.includes(word.trim()) || row.open_title.includes(word.trim()))
  const [own, others] = [found.filter((row) => row.own), found.filter((row) => !row.own)]
  return (
    <>
      <Input type="search" className="openable-search" placeholder={texts.search} aria-label={texts.search} onChange={(event) => setWord(event.target.value)} />
      {own.length > 0 ? <Groups rows={own} formOf={formOf} /> : <div className="panel"><ListEmpty text={word === '' ? empty : texts.noMatch} /></div>}
      {others.length === 0 ? null : <Collapse className="openable-others" destroyOnHidden items={[{ key: 'others', label: texts.others(others.length), children: <Groups rows={others} formOf={formOf} /> }]} />}
    </>
  )
}

function Groups({ rows, formOf }: { rows: OpenableView[]; formOf: FormOf }) {
  return <div className="openable-groups">{byCapability(rows).map(([capability, ones]) => <Capability key={capability} capability={capability} rows={ones} formOf={formOf} />)}</div>
}

function byCapability(rows: OpenableView[]): [string, OpenableView[]][] {
  const order = Object.keys(texts.capabilities)
  const isOpen = (ones: OpenableView[]): number => Number(ones.some(({ enabled }) => enabled))
  return [...grouped(rows)].toSorted(([a, inA], [b, inB]) => isOpen(inB) - isOpen(inA) || order.indexOf(a) - order.indexOf(b))
}

function grouped(rows: OpenableView[]): Map<string, OpenableView[]> {
  const groups = new Map<string, OpenableView[]>()
  for (const row of rows) groups.set(row.capability, [...(groups.get(row.capability) ?? []), row])
  return groups
}

function Capability({ capability, rows, formOf }: { capability: string; rows: OpenableView[]; formOf: FormOf }) {
  const title = texts.capabilities[capability] ?? capability
  return (
    <section aria-label={title} className={rows.length > 1 ? 'openable-many' : ''}>
      <h2 className="part">{title}</h2>
      <div className="openables">
        {rows.map((row) => <Openable key={`${row.pack}/${row.procedure}`} row={row} formOf={formOf} />)}
      </div>
    </section>
  )
}

function Openable({ row, formOf }: { row: OpenableView; formOf: FormOf }) {
  const navigate = useNavigate()
  return (
    <Card size="small" title={<h3 className="task-title">{row.title}</h3>}>
      <Flex vertical gap={8}>
        <div>{texts.by}<strong>{row.by.title}</strong>发起</div>
        <div><BasisTag basis={row.basis} /></div>
        <div>
          <ReasonedButton reason={row.enabled ? null : row.disabled_reason} type="primary" onClick={() => void navigate({ href: formOf(row.pack, row.procedure) })}>{row.open_title}</ReasonedButton>
        </div>
        {row.enabled || row.disabled_reason === null ? null : <div className="quiet"><RefusalText refusal={row.disabled_reason} /></div>}
      </Flex>
    </Card>
  )
}
