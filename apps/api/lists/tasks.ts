import { sql } from '#adapters/postgres/kysely.ts'
import type { RawBuilder } from 'kysely'
import { z } from 'zod'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { officeTitle } from '#core/procedure/case-law.ts'
import { personsBehind } from '#core/procedure/actor.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { paged, readCursor } from '../cursor.ts'
import { inSpace, isPartyOfMany, SEARCHED_MAX } from './breadth.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import type { TaskPage, TaskQuery, TaskRow } from '../wire/task.ts'

type Query = z.output<typeof TaskQuery>
type Row = {
  case_id: string; task: string; step: string; title: string; office: string; organization: string; assignee: string | null
  opened_on: string; due: string | null; provisional: boolean; closed_on: string | null; sort: string | null
  number: string; case_title: string; procedure: string; pack: string; pack_digest: string
}

const DATE = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const Position = z.tuple([DATE.nullable(), z.string(), z.string()])
type Position = z.output<typeof Position>

const COLUMNS = sql`t.case_id, t.task, t.step, t.title, t.office, t.organization, t.assignee, t.opened_on, t.due, t.provisional, t.closed_on`

/**
 * The tasks of a person: 待办 of the person's offices by due date, 已办 by the day of closing, 抄送 whatever was
 * notified to the organisation, 催办 what is overdue in any case of which the organisation is a party. Each reads an
 * index from the cursor on, never more than a page for each office.
 */
export async function listTasks(parts: ApiParts, person: Person, query: Query): Promise<TaskPage> {
  const after = readCursor(query.cursor, Position)
  const today = await readingAsSystem(parts, (tx) => parts.clock.today(tx))
  // A search reads thousands of rows, each by way of the person's own tasks: asking row-level security for each case again takes ten times as long.
  const reading = isSearch(query) ? (work: (tx: Tx) => Promise<Row[]>) => readingAsSystem(parts, work) : (work: (tx: Tx) => Promise<Row[]>) => readingAs(parts, person, work)
  const found = await reading(async (tx) => (await sql<Row>`
    select t.*, c.number, c.title as case_title, c.procedure, c.pack, c.pack_digest
      from (${await sourceOf(tx, person, query, after, today)}) t join legal_case c on c.id = t.case_id
     where ${filters(query)}
     order by ${query.scope === 'done' || query.scope === 'copied' ? sql`t.sort desc, t.case_id, t.task` : sql`t.sort nulls last, t.case_id, t.task`}
     limit ${query.limit + 1}`.execute(tx)).rows)
  const { rows, next } = paged(found, query.limit, (row) => [row.sort, row.case_id, row.task])
  const names = await readingAsSystem(parts, async (tx) => ({
    organizations: await organizationNames(tx, rows.map((row) => row.organization)),
    persons: await personNames(tx, rows.flatMap((row) => (row.assignee === null ? [] : [row.assignee]))),
  }))
  return { next, rows: rows.map((row) => taskRow(parts, row, today, names)) }
}

/** Whether rows are asked for by what no index leads to. */
function isSearch({ q, procedure }: Query): boolean {
  return (q !== undefined && q !== '') || procedure !== undefined
}

/** The inner query of a scope, cut to a page; where a filter is one that no index serves, to the first 5,000 rows. */
async function sourceOf(tx: Tx, person: Person, query: Query, after: Position | null, today: LegalDate): Promise<RawBuilder<unknown>> {
  const apart = inSpace(sql`t.case_id`, query.preview === 'true')
  const page = isSearch(query) ? sql`limit ${SEARCHED_MAX}` : sql`limit ${query.limit + 1}`
  switch (query.scope) {
    case 'todo':
      return todo(person, { after, page, apart, dueBefore: query.due_before })
    case 'overdue': {
      const from = after === null ? sql`true` : sql`t.due >= ${after[0]}::date and (t.due > ${after[0]}::date or (t.case_id, t.task) > (${after[1]}, ${after[2]}))`
      const party = sql`exists (select from case_party p where p.organization = ${person.organization.id} and p.case_id = t.case_id)`
      const few = sql`t.case_id in (select case_id from case_party where organization = ${person.organization.id})`
      const own = (await isPartyOfMany(tx, person.organization.id)) ? (isSearch(query) ? party : sql`true`) : few
      return sql`select ${COLUMNS}, t.due as sort from task t where t.open and t.due < ${today}::date and ${apart} and ${own} and ${from} order by t.due, t.case_id, t.task ${page}`
    }
    case 'done': {
      const from = after === null ? sql`true` : sql`t.closed_on <= ${after[0]}::date and (t.closed_on < ${after[0]}::date or (t.case_id, t.task) > (${after[1]}, ${after[2]}))`
      return sql`select ${COLUMNS}, t.closed_on as sort from task t where not t.open and t.closed_by = ${person.id} and ${apart} and ${from} order by t.closed_on desc, t.case_id, t.task ${page}`
    }
    case 'copied': {
      const from = after === null ? sql`true` : sql`n.told <= ${after[0]}::date and (n.told < ${after[0]}::date or (t.case_id, t.task) > (${after[1]}, ${after[2]}))`
      return sql`select ${COLUMNS}, n.told as sort
        from (select case_id, task, max(legal_date) as told from notice where organization = ${person.organization.id} and task is not null group by case_id, task) n
        join task t on t.case_id = n.case_id and t.task = n.task where ${apart} and ${from} order by n.told desc, t.case_id, t.task ${page}`
    }
  }
}

/** For each office one walk along the index (organization, office, due): first what has a due date, then the rest. */
function todo(person: Person, { after, page, apart, dueBefore }: { after: Position | null; page: RawBuilder<unknown>; apart: RawBuilder<unknown>; dueBefore: string | undefined }): RawBuilder<unknown> {
  const mine = sql`t.open and t.organization = ${person.organization.id} and t.office = o.office and (t.assignee is null or t.assignee = any(${personsBehind(person.actor)}::text[])) and ${apart}`
  const key = after === null ? sql`true` : sql`(t.case_id, t.task) > (${after[1]}, ${after[2]})`
  const last = after?.[0] ?? null
  const datedFrom = after === null ? sql`true` : sql`t.due >= ${last}::date and (t.due > ${last}::date or ${key})`
  const before = dueBefore === undefined ? sql`true` : sql`t.due < ${dueBefore}::date`
  const dated = sql`(select ${COLUMNS} from task t where ${mine} and t.due is not null and ${before} and ${datedFrom} order by t.due, t.case_id, t.task ${page})`
  const undatedFrom = after === null || last !== null ? sql`true` : key
  const undated = sql`(select ${COLUMNS} from task t where ${mine} and t.due is null and ${undatedFrom} order by t.case_id, t.task ${page})`
  const walks = [...(after !== null && last === null ? [] : [dated]), ...(dueBefore === undefined ? [undated] : [])]
  const both = walks.length === 0 ? sql`select ${COLUMNS} from task t where false` : sql.join(walks, sql` union all `)
  return sql`select w.*, w.due as sort from unnest(${[...person.actor.offices]}::text[]) o (office) cross join lateral (${both}) w`
}

function filters(query: Query): RawBuilder<unknown> {
  const parts: RawBuilder<unknown>[] = [sql`true`]
  if (query.procedure !== undefined) parts.push(sql`c.procedure = ${query.procedure}`)
  if (query.scope !== 'todo' && query.due_before !== undefined) parts.push(sql`t.due < ${query.due_before}::date`)
  if (query.q !== undefined && query.q !== '') {
    const like = `%${query.q.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    parts.push(sql`(c.number like ${like} or c.title like ${like})`)
  }
  return sql.join(parts, sql` and `)
}

function taskRow(parts: ApiParts, row: Row, today: LegalDate, names: { organizations: ReadonlyMap<string, string>; persons: ReadonlyMap<string, string> }): TaskRow {
  const law = parts.packs.lawOf({ id: row.pack, digest: row.pack_digest })
  const due = row.due === null ? null : legalDate(row.due)
  const until = row.closed_on === null ? today : legalDate(row.closed_on)
  return {
    case_id: row.case_id,
    task: row.task,
    number: row.number,
    case_title: row.case_title,
    procedure: { id: row.procedure, title: law.pack.procedures[row.procedure]?.title ?? row.procedure },
    step_title: row.title,
    office: { id: row.office, title: officeTitle(law, row.office) },
    organization: { id: row.organization, name: names.organizations.get(row.organization) ?? row.organization },
    opened_on: row.opened_on,
    due,
    provisional: row.provisional,
    overdue_days: due === null ? 0 : parts.calendar.workingDaysPast(due, until),
    working_days_left: due === null || row.closed_on !== null ? null : parts.calendar.workingDaysBetween(today, due),
    assignee: row.assignee === null ? null : (names.persons.get(row.assignee) ?? row.assignee),
    closed_on: row.closed_on,
  }
}
