import type { EnvironmentTable } from '#apps/api/wire/environment.ts'

type Column = EnvironmentTable['columns'][number]

/** A column by which rows are counted has a list of codes; with more of them the groups get small. */
const CODES = { least: 2, most: 50 } as const
/** Types of which an average says something. */
const MEASURES: ReadonlySet<string> = new Set(['integer', 'decimal', 'double'])

/**
 * A statement that counts a table's entities, or averages its measures where it has none, by columns with a list of codes:
 * to begin with, or to try in place of one that was held back. It is checked like any other.
 *
 * @param least entities that must stand behind a row; null where that is not known
 * @param avoid columns that are not to be used
 * @returns null where the table has no authorised column to count or average by
 */
export function exampleStatement(table: EnvironmentTable, least: number | null, avoid: readonly string[] = []): string | null {
  const usable = table.columns.filter(({ name, authorized }) => authorized && !avoid.includes(name))
  const [key, ...others] = table.entity_key
  const groups = usable.filter(isGroup)
  if (key === undefined) return averages(table.table, groups, usable)
  const group = groups.find(({ role }) => role !== 'sensitive') ?? groups[0]
  if (others.length > 0 || !table.columns.some(({ name, authorized }) => name === key && authorized)) return null
  const counted = `count(distinct ${key})`
  if (group === undefined) return `select ${counted} as entities\nfrom ${table.table}`
  return `select ${group.name}, ${counted} as entities\nfrom ${table.table}\ngroup by ${group.name}${least === null ? '' : `\nhaving ${counted} >= ${least}`}`
}

function isGroup({ role, domain }: Column): boolean {
  return role !== 'entity-key' && domain.one_of.length >= CODES.least && domain.one_of.length <= CODES.most
}

function averages(table: string, groups: readonly Column[], usable: readonly Column[]): string | null {
  const [group] = groups
  const measure = usable.find((column) => MEASURES.has(column.type) && column.unit !== null) ?? usable.find((column) => MEASURES.has(column.type) && !isGroup(column))
  if (group === undefined || measure === undefined) return null
  return `select ${group.name}, count(*) as records, round(avg(${measure.name}), 1) as average\nfrom ${table}\ngroup by ${group.name}`
}
