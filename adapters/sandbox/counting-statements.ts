import { fold } from '#core/boundary/statement-tree.ts'
import type { CellPart, CellTable, ContributorPlan, EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { cellTableSql, type PartTexts } from '#core/disclosure-control/contributor-sql.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { entitySetsOf, NO_SETS, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { entitySetsSql, readEntitySets, type KnownEntities } from '#core/disclosure-control/entity-sets-sql.ts'
import { withGluedTotals } from '#core/disclosure-control/glued-totals.ts'
import { auditSuppression, type SuppressionAudit } from '#core/disclosure-control/suppression-audit.ts'
import { auditedTables, readTableCells, tableCellsSql } from '#core/disclosure-control/suppression-audit-sql.ts'
import { leftByCombining } from '#core/disclosure-control/weighted-totals.ts'
import { readWeightedTotals, weightedTotalsSql } from '#core/disclosure-control/weighted-totals-sql.ts'
import type { NearSet } from '#core/disclosure-control/near-sets.ts'
import type { DigestedResult } from '#adapters/sandbox/job-frames.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'

/** What the platform asks of the worker beside the job: the statements in their order, and what their answers mean. */
export interface Counting {
  readonly statements: readonly string[]
  /** How many of the first statements only make tables for the others. */
  readonly tables: number
  /** How many of the next answer with the faults of the rows that leave. */
  readonly finals: number
  /** The tables whose parts the next describe for the ledger, part by part. */
  readonly described: readonly CellTable[]
  /** The tables whose cells the next answer with, for the audit of what was left out. */
  readonly audited: readonly CellTable[]
  /** The parts whose totals the last take apart. */
  readonly apart: readonly ApartPart[]
}

interface ApartPart {
  readonly table: CellTable
  readonly part: CellPart
}

export interface CountedWith {
  readonly tables: ReadonlyMap<string, EntityTable>
  readonly policy: DisclosurePolicy['cells']
  /** What hashes entities for the ledger; null where none is kept. */
  readonly salt: string | null
}

/**
 * The statements that count the entities behind each cell.
 *
 * Cost: the joins of the job run once for each grouping and kind of entity, into a table with a row for each cell and
 * entity; cells, sets for the ledger and the audit then read that table, and nothing runs the job's joins a second time
 * but the final query and, where HAVING or LIMIT leave cells out, the query of the groups that leave.
 * @returns null when one could not be derived
 */
export async function countingStatements(gate: ParseGate, plan: ContributorPlan, using: CountedWith): Promise<Counting | null> {
  const counted = plan.kind === 'cells' ? plan : plan.kind === 'microdata' ? plan.classes : null
  if (counted === null) return { statements: [], tables: 0, finals: 0, described: [], audited: [], apart: [] }
  const audited = auditedTables(counted.tables)
  const made = await Promise.all(counted.tables.map((table) => ofTable(gate, table, audited.includes(table), using)))
  const finals = await Promise.all(counted.finals.map((node) => rendered(gate, node)))
  const whole = made.flatMap((one) => (one === null ? [] : [one]))
  const texts = finals.filter((final) => final !== null)
  if (whole.length < made.length || texts.length < finals.length) return null
  const tables = whole.flatMap((one) => one.tables)
  return {
    statements: [...tables, ...texts, ...whole.flatMap((one) => one.sets), ...whole.flatMap((one) => one.audits), ...whole.flatMap((one) => one.apart.map(({ sql }) => sql))],
    tables: tables.length, finals: texts.length,
    described: counted.tables.filter((_, position) => (whole[position]?.sets.length ?? 0) > 0),
    audited,
    apart: whole.flatMap((one) => one.apart),
  }
}

interface TableStatements {
  readonly tables: readonly string[]
  readonly sets: readonly string[]
  readonly audits: readonly string[]
  readonly apart: readonly (ApartPart & { readonly sql: string })[]
}

/** The statements of one table: those that make it and what it is made of, and those that read this. */
async function ofTable(gate: ParseGate, table: CellTable, audited: boolean, { tables, policy, salt }: CountedWith): Promise<TableStatements | null> {
  const described = salt !== null && table.parts.every((part) => part.ofCells !== true)
  const read = described || audited
  const made: string[] = []
  const parts: PartTexts[] = []
  for (const [position, part] of table.parts.entries()) {
    const inner = await rendered(gate, part.inner)
    const values = await Promise.all(part.values.map((node) => (node === null ? '' : rendered(gate, node))))
    if (inner === null || values.includes(null)) return null
    const name = `${table.name}_${position}`
    if (read) made.push(`CREATE TEMP TABLE ${name} AS ${inner}`)
    parts.push({ source: read ? name : `(${inner})`, values: values.map((value) => (value === '' ? null : value)) })
  }
  const stacks = await Promise.all((table.stacks ?? []).map((part) => rendered(gate, part.inner)))
  if (stacks.includes(null)) return null
  made.push(cellTableSql(table, parts, stacks.map((stack) => `(${stack})`), policy))
  const query = read && table.kept !== null ? await rendered(gate, table.kept) : ''
  if (query === null) return null
  const kept = query === '' ? null : `${table.name}_kept`
  if (kept !== null) made.push(`CREATE TEMP TABLE ${kept} AS SELECT DISTINCT * FROM (${query})`)
  return {
    tables: made,
    sets: described ? table.parts.map((part, position) => entitySetsSql(table, part, parts[position]?.source ?? '', kept, salt, knownEntities(tables, part.kind))) : [],
    apart: table.parts.flatMap((part, position) => { const sql = described ? weightedTotalsSql(table, part, parts[position]?.source ?? '') : null; return sql === null ? [] : [{ table, part, sql }] }),
    audits: audited ? [tableCellsSql(table, parts.map(({ source }) => source), kept, policy.minimumEntities)] : [],
  }
}

async function rendered(gate: ParseGate, node: object): Promise<string | null> {
  const answer = await gate.render({ error: false, statements: [{ node, named_param_map: [] }] })
  return answer.ok ? answer.sql : null
}

/** The tables that know each entity of a kind also in other uses; none where one of them does not. */
function knownEntities(tables: CountedWith['tables'], kind: string): readonly KnownEntities[] {
  const ofKind = [...tables].filter(([name, table]) => table.entityKey.length > 0 && (table.kind ?? fold(name)) === kind)
  const known = ofKind.flatMap(([table, { entityKey, ledgerColumn }]) => (ledgerColumn === undefined ? [] : [{ table, key: entityKey, ledgerColumn }]))
  return known.length === ofKind.length ? known : []
}

/** The faults of the rows that leave, from all answers of the worker. */
export function countsIn(counting: Counting, answers: readonly DigestedResult[]): readonly DigestedResult[] {
  return answers.slice(counting.tables, counting.tables + counting.finals)
}

/** Whom the figures are about, from all answers of the worker. */
export function setsIn(counting: Counting, answers: readonly DigestedResult[]): EntitySets {
  const parts = counting.described.flatMap((table) => table.parts.map((part) => ({ table, part })))
  if (parts.length === 0) return NO_SETS
  const first = counting.tables + counting.finals
  return entitySetsOf(parts.flatMap(({ table, part }, origin) => readEntitySets(table, part, answers[first + origin]?.rows ?? [], origin)))
}

/** What totals tell of the cells that were left out, from all answers of the worker; null where a table could not be read. */
export function auditsIn(counting: Counting, answers: readonly DigestedResult[], policy: DisclosurePolicy['cells']): readonly SuppressionAudit[] | null {
  const first = answers.length - counting.apart.length - counting.audited.length
  const selects = counting.audited.map((table, position) => { const answer = answers[first + position]; return { kind: table.parts[0]?.kind ?? '', cells: answer === undefined ? null : readTableCells(table, answer.rows) } })
  const read = selects.flatMap(({ kind, cells }) => (cells === null ? [] : [{ kind, cells }]))
  return read.length < selects.length ? null : withGluedTotals(read).map((cells) => auditSuppression(cells, policy.othersToLargest, policy.minimumEntities))
}

/** Combinations of the result's own totals that leave few entities, from all answers of the worker. */
export function leftIn(counting: Counting, answers: readonly DigestedResult[], minimum: number): readonly NearSet[] {
  const first = answers.length - counting.apart.length
  const totals = counting.apart.flatMap(({ table, part }, position) => readWeightedTotals(table, part, answers[first + position]?.rows ?? []))
  return leftByCombining(totals, minimum).map((differ) => ({ release: null, entities: minimum, differ, rowsOnly: false, combined: [] }))
}
