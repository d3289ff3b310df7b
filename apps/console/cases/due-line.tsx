import { Tag } from 'antd'
import type { DueView } from '#apps/api/wire/case.ts'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { PROVISIONAL } from '#apps/console/law/due-mark.tsx'

const texts = { due: '办理期限', derivation: '期限推算', overdue: (days: number) => `已逾期 ${days} 个工作日`, none: '不设固定期限' }

/** Until when, on which basis, and how the date was reckoned, line by line. */
export function DueLine({ due }: { due: DueView }) {
  return (
    <div className="due-line">
      <span>
        {texts.due} <strong className="numeric">{due.date ?? texts.none}</strong>
      </span>
      {due.overdue_days > 0 ? <Tag color="red">{texts.overdue(due.overdue_days)}</Tag> : null}
      {due.provisional ? <Tag title={PROVISIONAL}>暂定</Tag> : null}
      <BasisTag basis={due.basis} />
      {due.derivation.length === 0 ? null : (
        <details>
          <summary>{texts.derivation}</summary>
          <ol>{due.derivation.map((line) => <li key={line}>{line}</li>)}</ol>
        </details>
      )}
    </div>
  )
}
