import { STATUSES } from './account.ts'
import type { Account, Accounts, Status } from './account.ts'
import { PLATFORM_VALUES } from './registers.ts'

/** One line of a table: what is counted, and how many obligations have each status. */
export type Row = { name: string; total: number; counts: Record<Status, number> }

/** The three tables, each with a sum at its end. */
export type Tables = { byRegulation: Row[]; byCapability: Row[]; byPlatform: Row[] }

export function tablesOf(accounts: Accounts): Tables {
  const all = Object.values(accounts).flatMap((own) => Object.values(own))
  const grouped = (names: readonly string[], of: (account: Account) => string) => [...names.map((name) => rowOf(name, all.filter((one) => of(one) === name))), rowOf(SUM, all)]
  return {
    byRegulation: [...Object.entries(accounts).map(([name, own]) => rowOf(name, Object.values(own))), rowOf(SUM, all)],
    byCapability: grouped([...new Set(all.map((one) => one.capability))].toSorted(), (one) => one.capability),
    byPlatform: grouped(PLATFORM_VALUES, (one) => one.platform),
  }
}

export const SUM = 'sum'

function rowOf(name: string, accounts: readonly Account[]): Row {
  const of = (status: Status) => accounts.filter((one) => one.status === status).length
  return { name, total: accounts.length, counts: { covered: of('covered'), failing: of('failing'), missing: of('missing'), excepted: of('excepted'), 'not-needed': of('not-needed') } }
}

/** A table as fixed-width text for a terminal. */
export function printed(title: string, rows: readonly Row[]): string {
  const lines = [[title, 'total', ...STATUSES], ...rows.map((row) => [row.name, String(row.total), ...STATUSES.map((status) => String(row.counts[status]))])]
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  return lines.map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')).join('\n')
}
