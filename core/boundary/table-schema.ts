/**
 * The declared schema of a supplied table: what the data provider states about its columns before a byte is read.
 * Everything behind it (ingest, materialisation, the gate) trusts these declarations and nothing guessed from content.
 */
import { z } from 'zod'
import { columnsOfRule, qualityRule } from '#core/boundary/quality-rule.ts'
import type { QualityRule } from '#core/boundary/quality-rule.ts'

/** The types a column can have. `date` and `timestamp` are wall time at Asia/Shanghai. */
export const columnTypes = ['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp'] as const
export type ColumnType = (typeof columnTypes)[number]

/**
 * What a column means for the protection of entities.
 * `entity-key` identifies the person or enterprise; `quasi-identifier` does so together with others;
 * `sensitive` is what must not be learned about one of them; `ordinary` is the rest.
 */
export const columnRoles = ['entity-key', 'quasi-identifier', 'sensitive', 'ordinary'] as const
export type ColumnRole = (typeof columnRoles)[number]

/** What the rows are about. `none`: no persons and no enterprises, for example measurements of the air. */
export const entityKinds = ['person', 'enterprise', 'none'] as const
export type EntityKind = (typeof entityKinds)[number]

/** Unicode letters are allowed because city tables often carry Chinese column names; quotes and spaces are not. */
const identifierPattern = /^[\p{L}_][\p{L}\p{N}_]{0,62}$/u
const datasetNamePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Most digits a decimal keeps in all: what fits a 64-bit integer, the widest that every engine of ours counts exactly. */
export const decimalDigitsMax = 18
/** Most digits after the point, so that at least half of the digits remain before it. */
export const decimalScaleMax = 9
/** More columns than this is a broken delimiter, not a table. Platform default, no provision. */
export const columnsMax = 2_000

/** unit: quality rules of one table, each one more look at every row; source: platform default, no provision */
const RULES_MAX = 200

export const columnSchema = z.strictObject({
  /** Name in queries. Compared without regard to case, as the engine does. */
  name: z.string().regex(identifierPattern, '列名只能由字母、汉字、数字和下划线组成，且不能以数字开头'),
  /** Name in the header of the supplied file where it differs from `name`. */
  header: z.string().min(1).optional(),
  /** Chinese title, shown to people. */
  title: z.string().min(1),
  type: z.enum(columnTypes),
  /** Digits after the point; required for `decimal`, forbidden otherwise. A value with more is refused, never rounded. */
  scale: z.int().min(0).max(decimalScaleMax).optional(),
  nullable: z.boolean(),
  /** Texts that stand for "no value" beside the empty field, for example "NA". */
  missing: z.array(z.string().min(1)).default([]),
  role: z.enum(columnRoles).default('ordinary'),
  /** Unit of measure as printed beside the title, for example "µg/m³". */
  unit: z.string().min(1).optional(),
  /** Data category (分类) and grade (分级) in the words of the rule pack; open texts here. */
  category: z.string().min(1).optional(),
  grade: z.string().min(1).optional(),
})
export type ColumnSchema = z.infer<typeof columnSchema>

export const tableSchema = z
  .strictObject({
    name: z.string().regex(datasetNamePattern, '数据集名称只能由小写字母、数字和连字符组成'),
    title: z.string().min(1),
    /** A sentence shown wherever the table is shown, for example that it is synthetic data. */
    notice: z.string().min(1).optional(),
    entity: z.strictObject({
      kind: z.enum(entityKinds),
      /** Names of the columns that together identify one entity; empty exactly when `kind` is `none`. */
      key: z.array(z.string()).default([]),
    }),
    columns: z.array(columnSchema).min(1).max(columnsMax),
    /** What the provider promises of the rows; checked at each supply. Absent: nothing is promised. */
    quality: z.array(qualityRule).max(RULES_MAX).optional(),
  })
  .superRefine((table, context) => {
    for (const [path, message] of contradictions(table)) context.addIssue({ code: 'custom', path, message })
  })
export type TableSchema = z.infer<typeof tableSchema>

interface Declared {
  entity: { kind: EntityKind; key: string[] }
  columns: ColumnSchema[]
  quality?: QualityRule[] | undefined
}

/** Yields where a schema contradicts itself; nothing when it is sound. */
function* contradictions(table: Declared): Generator<[(string | number)[], string]> {
  yield* duplicates(table.columns)
  for (const [index, column] of table.columns.entries()) {
    const path = ['columns', index, 'scale']
    if (column.type === 'decimal' && column.scale === undefined) yield [path, `小数列“${column.name}”须写明小数位数 scale`]
    if (column.type !== 'decimal' && column.scale !== undefined) yield [path, `列“${column.name}”不是小数，不能写 scale`]
  }
  yield* entityContradictions(table)
  yield* qualityContradictions(table)
}

function* duplicates(columns: ColumnSchema[]): Generator<[(string | number)[], string]> {
  const names = new Set<string>()
  const headers = new Set<string>()
  for (const [index, column] of columns.entries()) {
    const name = column.name.toLowerCase()
    if (names.has(name)) yield [['columns', index, 'name'], `列名“${column.name}”重复（不区分大小写）`]
    names.add(name)
    const header = headerOf(column)
    if (headers.has(header)) yield [['columns', index, 'header'], `表头“${header}”重复`]
    headers.add(header)
  }
}

function* entityContradictions(table: Declared): Generator<[(string | number)[], string]> {
  const { kind, key } = table.entity
  if (kind === 'none' && key.length > 0) yield [['entity', 'key'], '没有主体的表不能声明主体标识列']
  if (kind !== 'none' && key.length === 0) yield [['entity', 'key'], '涉及个人或者企业的表须声明主体标识列']
  for (const [index, name] of key.entries()) {
    const column = table.columns.find((candidate) => candidate.name === name)
    if (column === undefined) yield [['entity', 'key', index], `主体标识列“${name}”不在列清单中`]
    else if (column.nullable) yield [['entity', 'key', index], `主体标识列“${name}”不得为空值列`]
    else if (column.role !== 'entity-key') yield [['entity', 'key', index], `主体标识列“${name}”的 role 应为 entity-key`]
  }
  for (const [index, column] of table.columns.entries()) {
    if (column.role === 'entity-key' && !key.includes(column.name)) {
      yield [['columns', index, 'role'], `列“${column.name}”标为 entity-key，但不在 entity.key 中`]
    }
  }
}

function* qualityContradictions({ columns, quality }: Declared): Generator<[(string | number)[], string]> {
  for (const [index, rule] of (quality ?? []).entries()) {
    const path = ['quality', index]
    const named = columnsOfRule(rule).map((name) => columns.find((column) => column.name === name))
    const unknown = columnsOfRule(rule).find((_, place) => named[place] === undefined)
    if (unknown !== undefined) yield [path, `质量规则中的列“${unknown}”不在列清单中`]
    const types = new Set(named.map((column) => column?.type))
    if (rule.dimension === 'consistency' && types.size > 1) yield [path, `质量规则中的列“${rule.left}”和“${rule.right}”类型不同，不能比较`]
    if (rule.dimension === 'timeliness' && !types.has('date') && !types.has('timestamp')) yield [path, `列“${rule.column}”不是日期或者时间，不能用于及时性`]
    if (rule.dimension !== 'validity') continue
    if (rule.oneOf === undefined && rule.from === undefined && rule.to === undefined && rule.pattern === undefined) yield [path, `列“${rule.column}”的有效性规则没有写明范围`]
    if (rule.pattern !== undefined && !types.has('text')) yield [path, `列“${rule.column}”不是文本，不能写 pattern`]
  }
}

/** The text expected in the header of the supplied file. */
export function headerOf(column: ColumnSchema): string {
  return column.header ?? column.name
}

/** The column of that exact name, or undefined. */
export function columnNamed(table: TableSchema, name: string): ColumnSchema | undefined {
  return table.columns.find((column) => column.name === name)
}

/** Whether rare values of this column betray an entity and must be remembered for the containment check. */
export function betraysEntity(column: ColumnSchema): boolean {
  return column.role !== 'ordinary'
}
