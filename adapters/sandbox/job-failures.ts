import type { ChildEnd } from '#adapters/sandbox/child-process.ts'

const MESSAGES = {
  'job-timeout': ['作业超过时限，已被终止。', '请缩小时间范围、减少连接，或先汇总再连接。'],
  'job-out-of-memory': ['作业所需内存超过上限。', '请减少参与连接或排序的数据量，或先汇总再连接。'],
  'job-cancelled': ['作业已被取消。', '需要时可重新提交。'],
  'worker-crashed': ['作业进程异常退出，平台未受影响。', '请简化语句后重新提交；再次发生时请联系平台管理员。'],
  'worker-misbehaved': ['作业进程返回了不合约定的内容，结果已丢弃。', '请联系平台管理员核查。'],
  'result-too-large': ['结果超过允许的行数或大小', '请先汇总，或增加筛选条件。'],
  'result-cell-too-large': ['结果中有单个值过长', '请截取所需部分，不要将多行内容拼接到一个值中。'],
  'result-type-refused': ['结果中有不允许输出的类型，字段', '请将列表、结构体展开为多行或多列，或转换为数值、文本、日期类型。'],
  'input-unreadable': ['作业的输入数据无法读取，数据表', '请联系平台管理员重新准备数据。'],
  'job-failed': ['作业执行出错', '请检查字段类型和运算；出错的具体数值不予显示，以免泄露原始数据。'],
} as const satisfies Record<string, readonly [string, string]>

export type JobFailureCode = keyof typeof MESSAGES

export interface JobFailure {
  readonly ok: false
  readonly code: JobFailureCode
  readonly message: string
  readonly cure: string
  /** Milliseconds from the hand-over of the job to its end. */
  readonly elapsedMs: number
}

/** A failure in words for the analyst. `subject` never holds data of a row: the child sees to that, and this cuts it. */
export function jobFailure(code: JobFailureCode, elapsedMs: number, subject = ''): JobFailure {
  const [message, cure] = MESSAGES[code]
  const about = subject === '' ? '' : `：${subject.slice(0, 300)}`
  return { ok: false, code, message: message.endsWith('。') && about !== '' ? `${message.slice(0, -1)}${about}` : `${message}${about}`, cure, elapsedMs }
}

/** The failure that a child named, or null for a name it may not use. */
export function namedFailure(code: unknown): JobFailureCode | null {
  return typeof code === 'string' && Object.hasOwn(MESSAGES, code)
    ? (code as JobFailureCode) // just found among its own keys
    : null
}

/** What the end of a child means when it did not say so itself. */
export function failureOfEnd(end: ChildEnd): JobFailureCode {
  return end.breach === null || end.breach === 'not-started' ? 'worker-crashed' : 'worker-misbehaved'
}
