import { Alert, Button, Checkbox, Flex, Input, Select, Tag } from 'antd'
import { useState } from 'react'
import { roleTitles, typeTitles } from '#core/boundary/column-words.ts'
import type { ConfirmationBody, DeliveryColumn, DeliveryView } from '#apps/api/wire/deliveries.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api } from '#apps/console/paths.ts'
import { useConfirming } from './use-confirming.ts'

type Look = NonNullable<DeliveryView['look']>
type Said = ConfirmationBody['columns'][number]

const texts = {
  title: '逐列确认',
  seen: ({ rows, whole, total }: Look) => `${whole ? `平台核对了全部 ${total} 行` : `类型按前 ${rows} 行提出，已核对全部 ${total} 行是否相符；内容从全文件均匀抽查`}，对每一列提出以下建议。请结合业务逐列确认或者更改，确认后方才入库。`,
  disagrees: '目录所载与实际内容不一致',
  entity: '本表每行说的是',
  kinds: { person: '个人', enterprise: '企业', none: '不涉及个人和企业' },
  key: '主体标识',
  head: ['列', '建议的依据', '类型', '作用', '分类', '可无值', '已核对'],
  reason: '理由（该列内容看来可以识别主体）',
  all: '全部核对',
  confirm: '确认并入库',
  left: (count: number) => (count === 0 ? '每一列都已核对。' : `还有 ${count} 列没有核对。`),
  digits: '小数位数',
}

/** What was seen in the file, column by column, for the provider to confirm or to change; only then it is taken in. */
export function ConfirmColumns({ delivery, look }: { delivery: DeliveryView; look: Look }) {
  const [said, setSaid] = useState<Said[]>(() => look.columns.map(({ name, title, type, scale, nullable, missing, role, category }) => ({ name, title, type, scale, nullable, missing, role, category, reason: null })))
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set())
  const [kind, setKind] = useState(look.entity.kind)
  const { confirm, busy, error } = useConfirming<ConfirmationBody>(delivery.id, api.confirmation(delivery.id))
  const change = (name: string, next: Partial<Said>): void => setSaid((now) => now.map((column) => (column.name === name ? { ...column, ...next } : column)))
  const check = (name: string, on: boolean): void => setChecked((now) => new Set(on ? [...now, name] : [...now].filter((one) => one !== name)))
  const left = look.columns.length - checked.size
  const key = kind === 'none' ? [] : said.filter(({ role }) => role === 'entity-key').map(({ name }) => name)
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.seen(look)}</p>
      {look.warnings.map((warning) => <Alert key={warning} type="warning" showIcon className="gap-below" title={warning} />)}
      <Flex gap={10} align="center" className="gap-below">
        <label htmlFor="entity-kind">{texts.entity}</label>
        <Select id="entity-kind" className="filter-select" value={kind} options={Object.entries(texts.kinds).map(([value, label]) => ({ value, label }))} onChange={(next: typeof kind) => setKind(next)} />
        {kind === 'none' ? null : <span>{texts.key}：<strong>{said.filter(({ name }) => key.includes(name)).map(({ title }) => title).join('、') || '（请在“作用”中选定）'}</strong></span>}
      </Flex>
      <div className="value-table">
        <table className="row-lines">
          <thead><tr>{texts.head.map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
          <tbody>
            {look.columns.map((column, index) => {
              const own = said[index]
              return own === undefined ? null : <ColumnRow key={column.name} column={column} said={own} checked={checked.has(column.name)} change={(next) => change(column.name, next)} check={(on) => check(column.name, on)} />
            })}
          </tbody>
        </table>
      </div>
      <div className="gap-above"><ProblemAlert error={error} /></div>
      <Flex gap={12} align="center">
        <Button type="primary" loading={busy} disabled={left > 0} onClick={() => void confirm({ entity: { kind, key }, columns: said })}>{texts.confirm}</Button>
        {left === 0 ? null : <Button onClick={() => setChecked(new Set(look.columns.map(({ name }) => name)))}>{texts.all}</Button>}
        <output className="quiet">{texts.left(left)}</output>
      </Flex>
    </section>
  )
}

function ColumnRow({ column, said, checked, change, check }: { column: DeliveryColumn; said: Said; checked: boolean; change: (next: Partial<Said>) => void; check: (on: boolean) => void }) {
  const { title, header, disagreements, reasons } = column
  const needsReason = column.identifying && said.role === 'ordinary'
  return (
    <tr>
      <td><strong>{title}</strong><div className="mono quiet">{column.name}{header === title || header === column.name ? '' : `（${header}）`}</div></td>
      <td className="column-reasons">
        {reasons.map((reason) => <div key={reason}>{reason}</div>)}
        {disagreements.length === 0 ? null : <div className="disagreement"><Tag color="red">{texts.disagrees}</Tag>{disagreements.map((one) => <div key={one}>{one}</div>)}</div>}
        {needsReason ? <Input className="gap-above" status={said.reason === null || said.reason.trim() === '' ? 'error' : ''} aria-label={`${title} ${texts.reason}`} placeholder={texts.reason} maxLength={200} value={said.reason ?? ''} onChange={(event) => change({ reason: event.target.value === '' ? null : event.target.value })} /> : null}
      </td>
      <td>
        <Select aria-label={`${title} 类型`} className="column-type" value={said.type} options={Object.entries(typeTitles).map(([value, label]) => ({ value, label }))} onChange={(type: Said['type']) => change({ type, scale: type === 'decimal' ? (said.scale ?? 2) : null })} />
        {said.type === 'decimal' ? <Select aria-label={`${title} ${texts.digits}`} className="column-type gap-above" value={said.scale ?? 0} options={Array.from({ length: 10 }, (_, value) => ({ value, label: `${value} 位小数` }))} onChange={(scale: number) => change({ scale })} /> : null}
      </td>
      <td><Select aria-label={`${title} 作用`} className="column-role" value={said.role} options={Object.entries(roleTitles).map(([value, label]) => ({ value, label }))} onChange={(role: Said['role']) => change({ role })} /></td>
      <td><Input aria-label={`${title} 分类`} className="column-category" maxLength={60} value={said.category ?? ''} onChange={(event) => change({ category: event.target.value === '' ? null : event.target.value })} /></td>
      <td className="row-number"><Checkbox aria-label={`${title} 可以没有值`} checked={said.nullable} onChange={(event) => change({ nullable: event.target.checked })} /></td>
      <td className="row-number"><Checkbox aria-label={`${title} 已核对`} checked={checked} onChange={(event) => check(event.target.checked)} /></td>
    </tr>
  )
}
