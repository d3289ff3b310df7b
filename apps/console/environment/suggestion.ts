import type { EnvironmentTable, JobView } from '#apps/api/wire/environment.ts'
import { exampleStatement } from './example-statement.ts'
import { blocking, mainCauses } from './finding-causes.ts'
import { editedStatement } from './statement-edits.ts'

/** A statement to try in place of one that was held back, and how it differs from it. */
export type Suggestion = { sql: string; says: string[] }

/** What cannot be mended by another statement alone: it must agree with what left before, or waits for the platform. */
const NOT_BY_A_STATEMENT: ReadonlySet<string> = new Set(['differs-from-earlier-by-few', 'differs-from-earlier-by-few-rows', 'earlier-not-comparable', 'sources-not-profiled'])
const NUMERIC: ReadonlySet<string> = new Set(['integer', 'decimal', 'double'])
const LEAST = 'cells-minimum-entities'

/**
 * The statement that an analyst may try in place of one that was held back: its own text changed where that is enough, else
 * one written anew that counts by a column with a list of codes. An example, checked like any other; null where there is none.
 *
 * @param tables what the analyst may use; without them only the job's own text can be changed
 */
export function suggestionFor(job: Pick<JobView, 'sql' | 'layers' | 'entity_keys' | 'thresholds' | 'agreement' | 'scenario'>, tables: readonly EnvironmentTable[]): Suggestion | null {
  const causes = mainCauses(job.layers)
  const rules = causes.map(({ title }) => title)
  if (rules.length === 0 || rules.some((rule) => NOT_BY_A_STATEMENT.has(rule))) return null
  const keys = job.entity_keys.flatMap(({ table, columns: [column, ...others] }) => (column === undefined || others.length > 0 ? [] : [{ table, column }]))
  const least = leastOf(job)
  const isEmpty = causes.some(({ title, evidence: { extent, rows, of } }) => title === 'too-few-entities' && (extent === '全部' || (rows !== undefined && rows === of)))
  const edited = editedStatement(job.sql, { main: rules, all: blocking(job.layers).map(({ title }) => title) }, {
    keys, least, isEmpty, isNumeric: (name) => tables.some(({ columns }) => columns.some((column) => column.name === name && NUMERIC.has(column.type))),
  })
  if (edited !== null) return edited
  const avoid = causes.flatMap(({ evidence: { column } }) => (typeof column === 'string' ? [column] : []))
  const usable = tables.filter((table) => table.agreement === job.agreement && table.scenario === job.scenario && new RegExp(`\\b${table.table}\\b`, 'iu').test(job.sql))
  const example = usable.toSorted((a, b) => b.entity_key.length - a.entity_key.length).map((table) => exampleStatement(table, least, avoid)).find((sql) => sql !== null)
  return example === undefined ? null : { sql: example, says: [WRITTEN_ANEW] }
}

const WRITTEN_ANEW = '另写一条分组汇总的语句，不含原来的筛选条件；需要的条件和字段请自行加上'

/** How many entities must stand behind a row: as the findings say, else by the threshold. */
function leastOf({ layers, thresholds }: Pick<JobView, 'layers' | 'thresholds'>): number | null {
  const said = layers.map(({ evidence }) => evidence['minimum']).find((minimum) => typeof minimum === 'number')
  const [threshold] = thresholds.filter(({ id }) => id === LEAST).map(({ value }) => Number(value))
  return said ?? threshold ?? null
}
