import { Tag } from 'antd'

/** unit: working days; from here on a due date is shown as near */
const SOON_DAYS = 3

export const PROVISIONAL = '暂定：国务院尚未公布该年度节假日安排，公布后重新计算'

type Due = { due: string | null; provisional: boolean; overdue_days: number; working_days_left: number | null }

/** How near a due date is, as the server counted it: for colours of rows. */
export function nearness({ due, overdue_days, working_days_left }: Due): 'none' | 'overdue' | 'soon' | 'later' {
  if (due === null) return 'none'
  if (overdue_days > 0) return 'overdue'
  return working_days_left !== null && working_days_left <= SOON_DAYS ? 'soon' : 'later'
}

/** A due date with its tags. Colour never says it alone: the words do. */
export function DueMark(due: Due) {
  if (due.due === null) return <span className="quiet">无期限</span>
  const near = nearness(due)
  return (
    <span className="due numeric">
      {due.due}{' '}
      {near === 'overdue' ? <Tag color="red">逾期{due.overdue_days}个工作日</Tag> : null}
      {near === 'soon' ? <Tag color="gold">剩{due.working_days_left}个工作日</Tag> : null}
      {due.provisional ? <Tag title={PROVISIONAL}>暂定</Tag> : null}
    </span>
  )
}
