import { dueDateOf } from '../calendar/due-date.ts'
import { dateAhead } from '../calendar/length.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { Procedure, Step } from '../pack/procedure-format.ts'
import { stepOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import type { OpenTask } from './case-state.ts'
import { figureOn, lengthOf } from './figure.ts'

type Reminder = NonNullable<Step['reminders']>[number]

/** A reminder of a task on its day; `due` is the due date of which it reminds. */
export type DueReminder = { reminder: Reminder; on: LegalDate; due: LegalDate }

/**
 * The reminders of an open task that are still to come or have just come, the earliest first: each lies between the
 * opening of the task and its due date. A due date that moved reminds anew; one that a later reminder has overtaken
 * (after a downtime) is left out.
 */
export function remindersAhead(law: CaseLaw, procedure: Procedure, task: OpenTask): DueReminder[] {
  const { reminders } = stepOf(procedure, task.step)
  if (reminders === undefined || task.clock === null) return []
  const { due } = dueDateOf(task.clock, law.calendar)
  if (due === null) return []
  const all = reminders
    .map((reminder): DueReminder => ({ reminder, on: dateAhead(due, lengthOf(figureOn(law, reminder.ahead, due), reminder.ahead), law.calendar), due }))
    .toSorted((a, b) => (a.on < b.on ? -1 : 1))
  const told = all.findLast(({ reminder }) => task.reminded.some((one) => one.ahead === reminder.ahead && one.due === due))
  return all.filter(({ on }) => on > task.opened_on && (told === undefined || on > told.on))
}

/** The reminder that a day brings: of those whose day has come the last; null where none has, or the due date has passed. */
export function reminderOn(law: CaseLaw, procedure: Procedure, task: OpenTask, today: LegalDate): DueReminder | null {
  return remindersAhead(law, procedure, task).findLast(({ on, due }) => on <= today && today <= due) ?? null
}
