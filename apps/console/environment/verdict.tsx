import { Tag } from 'antd'
import type { JobView } from '#apps/api/wire/environment.ts'

const VERDICTS = { pass: { text: '自动检查通过', color: 'green' }, review: { text: '需人工审核', color: 'gold' }, block: { text: '不得出域', color: 'red' } } as const
const STATUSES = { queued: { text: '排队中', color: 'default' }, cancelling: { text: '正在取消', color: 'orange' }, cancelled: { text: '已取消', color: 'default' }, running: { text: '运行中', color: 'blue' }, succeeded: { text: '已完成', color: 'green' }, failed: { text: '未完成', color: 'red' }, withheld: { text: '待查看', color: 'gold' } } as const

/** What the automatic checks concluded; nothing where none ran. */
export function Verdict({ verdict }: { verdict: JobView['verdict'] }) {
  return verdict === null ? null : <Tag color={VERDICTS[verdict].color}>{VERDICTS[verdict].text}</Tag>
}

export function JobStatus({ status }: { status: JobView['status'] }) {
  return <Tag color={STATUSES[status].color}>{STATUSES[status].text}</Tag>
}

/** A job that waits, runs or is being cancelled. */
export function isUnfinished(status: JobView['status']): boolean {
  return status === 'queued' || status === 'running' || status === 'cancelling'
}
