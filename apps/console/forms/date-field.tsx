import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import type { DateContent } from '#core/pack/content-format.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

export const DATE_FORMAT = 'YYYY-MM-DD'

export function DateField(props: LeafProps<DateContent>) {
  const { value, set } = props
  return <DatePicker {...tied(props)} className="wide" format={DATE_FORMAT} value={typeof value === 'string' && dayjs(value).isValid() ? dayjs(value) : null} onChange={(date) => set(date?.format(DATE_FORMAT))} />
}
