import type { ScheduleView } from '#apps/api/wire/schedules.ts'

const DAYS_OF_WEEK = ['一', '二', '三', '四', '五', '六', '日']
const LONGEST_MONTH = 31
/** From this day on there are months without it. */
const SHORTEST_MONTH = 28

export const WEEK_DAYS = DAYS_OF_WEEK.map((name, at) => ({ value: at + 1, label: `星期${name}` }))
export const MONTH_DAYS = Array.from({ length: LONGEST_MONTH }, (_, at) => ({ value: at + 1, label: at + 1 > SHORTEST_MONTH ? `${at + 1}日（没有这一天的月份为末日）` : `${at + 1}日` }))

/** When a schedule runs, as one says it. */
export function recurrenceText(recurrence: ScheduleView['recurrence']): string {
  const shifted = recurrence.working_days ? '，遇休息日顺延' : ''
  if (recurrence.every === 'day') return recurrence.working_days ? '每个工作日' : '每日'
  return recurrence.every === 'week' ? `每周${DAYS_OF_WEEK[recurrence.on - 1] ?? ''}${shifted}` : `每月${recurrence.on}日${shifted}`
}
