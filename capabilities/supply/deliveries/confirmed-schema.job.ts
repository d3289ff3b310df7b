import { createHash } from 'node:crypto'
import type { ProposedColumn, TableProposal } from '#core/boundary/column-proposal.ts'
import { columnsOfRule } from '#core/boundary/quality-rule.ts'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import type { CataloguedTable } from './catalogued.facts.ts'

/** The schema that a provider confirmed, with what the catalog promises of the rows. @throws ZodError where it contradicts itself */
export function confirmedSchema(table: CataloguedTable, columns: readonly ProposedColumn[], entity: TableSchema['entity']): TableSchema {
  const names = new Set(columns.map(({ name }) => name))
  const quality = table.quality?.filter((rule) => columnsOfRule(rule).every((name) => names.has(name)))
  return tableSchema.parse({
    name: table.dataset, title: table.title, ...(table.notice === undefined ? {} : { notice: table.notice }), entity, columns: columns.map(schemaColumn), ...(quality === undefined ? {} : { quality }),
  })
}

/** SHA-256 of a schema's canonical text: what the confirmation's entry is bound to. */
export function schemaDigest(schema: TableSchema): string {
  return createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify(schema)))).digest('hex')
}

/** What is proposed, as a schema; optional throughout, for what is missing is to be counted and not refused. */
export function proposedTable(table: CataloguedTable, proposal: TableProposal): TableSchema {
  return tableSchema.parse({ name: table.dataset, title: table.title, entity: { kind: 'none' }, columns: proposal.columns.map((column) => ({ ...schemaColumn(column), role: 'ordinary' })) })
}

/** A proposed column as a schema has it. */
function schemaColumn({ name, header, title, type, scale, nullable, missing, role, category, grade, unit }: ProposedColumn): TableSchema['columns'][number] {
  return {
    name, ...(header === name ? {} : { header }), title, type, ...(scale === undefined ? {} : { scale }), nullable, missing, role,
    ...(category === undefined ? {} : { category }), ...(grade === undefined ? {} : { grade }), ...(unit === undefined ? {} : { unit }),
  }
}
