import { z } from 'zod'
import { DateText, Id, Named, PageQuery, ShortText, Titled, pageOf } from './names.ts'

export const TaskScope = z.enum(['todo', 'done', 'copied', 'overdue'])
export type TaskScope = z.infer<typeof TaskScope>

export const TaskQuery = z.strictObject({
  scope: TaskScope.default('todo'),
  q: ShortText.optional(),
  procedure: ShortText.optional(),
  due_before: DateText.optional(),
  /** In whose name: a colleague, or the delegation itself. */
  acting_for: Id.optional(),
  /** `true`: the tasks of the preview space, and only those; else only real ones. */
  preview: z.enum(['true']).optional(),
  ...PageQuery,
})

/** One row of 待办/已办/抄送; ordered by due date, those without one last. */
export const TaskRow = z.strictObject({
  case_id: z.string(),
  task: z.string(),
  number: z.string(),
  case_title: z.string(),
  procedure: Titled,
  step_title: z.string(),
  office: Titled,
  organization: Named,
  opened_on: z.string(),
  due: z.string().nullable(),
  provisional: z.boolean(),
  /** Working days past the due date; 0 in time. */
  overdue_days: z.int(),
  /** Working days left up to and including the due date; null without one. */
  working_days_left: z.int().nullable(),
  assignee: z.string().nullable(),
  closed_on: z.string().nullable(),
})
export type TaskRow = z.infer<typeof TaskRow>
export const TaskPage = pageOf(TaskRow)
export type TaskPage = z.infer<typeof TaskPage>

export const NoticeRow = z.strictObject({
  id: z.string(),
  case_id: z.string(),
  number: z.string(),
  notice: z.string(),
  text: z.string(),
  legal_date: z.string(),
  received: z.boolean(),
})
export type NoticeRow = z.infer<typeof NoticeRow>
export const NoticePage = pageOf(NoticeRow)
