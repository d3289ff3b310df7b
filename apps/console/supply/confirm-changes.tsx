import { Alert, Button, Flex } from 'antd'
import { supplyModeTitles } from '#core/boundary/supply-mode.ts'
import type { ChangesBody, DeliveryView } from '#apps/api/wire/deliveries.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useConfirming } from './use-confirming.ts'

type Change = NonNullable<DeliveryView['change']>

const texts = {
  title: '核对变化',
  tried: (number: number) => `平台已按第 ${number} 版逐行试算，文件通过全部核验，以下即确认后的实际变化。确认前不形成新版本；第 ${number} 版仍按原样保存。`,
  head: ['上一版本', '文件', '新增', '替换', '删除', '新版本'],
  rows: (count: number) => `${count} 行`,
  before: (number: number, rows: number) => `第 ${number} 版，${rows} 行`,
  none: '没有一行的主键与上一版本相同，全部作为新增。请核对主键列和主键的写法是否与上一版本一致。',
  confirm: '确认变化并形成新版本',
}

/** What an increment does to the version before, counted by trying it; only when the provider confirms is the new version made. */
export function ConfirmChanges({ delivery, change }: { delivery: DeliveryView; change: Change }) {
  const { base, base_number: number, base_rows: before, changes } = change
  const { confirm, busy, error } = useConfirming<ChangesBody>(delivery.id, api.changes(delivery.id))
  const cells = [<PageLink key="base" href={pages.dataReport(base)}>{texts.before(number, before)}</PageLink>, ...[changes.rows, changes.added, changes.replaced, changes.removed, before + changes.added - changes.removed].map(texts.rows)]
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}：{supplyModeTitles[delivery.mode]}</h2>
      <p className="quiet">{texts.tried(number)}</p>
      {(delivery.look?.warnings ?? []).map((warning) => <Alert key={warning} type="warning" showIcon className="gap-below" title={warning} />)}
      {delivery.mode === 'upsert' && changes.replaced === 0 ? <Alert type="warning" showIcon className="gap-below" title={texts.none} /> : null}
      <div className="value-table">
        <table className="row-lines">
          <thead><tr>{texts.head.map((title) => <th key={title} scope="col">{title}</th>)}</tr></thead>
          <tbody><tr>{cells.map((cell, at) => <td key={texts.head[at]} className="numeric">{cell}</td>)}</tr></tbody>
        </table>
      </div>
      <div className="gap-above"><ProblemAlert error={error} /></div>
      <Flex gap={12} align="center"><Button type="primary" loading={busy} onClick={() => void confirm({ base, changes })}>{texts.confirm}</Button></Flex>
    </section>
  )
}
