/**
 * What a catalog entry declares about the protection of its fields, held against the rules in force: a declaration that no
 * rule carries out is a promise to the data subjects that nobody keeps, so the table is not handed over. What is not
 * declared, or declared in a word nobody knows, is treated as protected and not carried out.
 */
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import type { ColumnRule, ProtectionRules } from './protection-rules.ts'

/** What the entry says of a field; null where it says nothing. */
export interface DeclaredField {
  readonly name: string
  readonly sensitive: string | null
  readonly protection: string | null
}

/** A supplied field whose declaration is not carried out. */
export interface Shortfall {
  readonly column: string
  readonly title: string
  /** `undeclared`: the entry does not name the field, or names no protection for a sensitive one. */
  readonly lacks: 'rule' | 'declaration'
  /** In Chinese, what is declared; for fields without a declaration, that. */
  readonly wanted: string
}

/** For each declared way of protection the methods of which one must be in force; none where the environment itself is the way. */
const CARRIED_OUT_BY: Readonly<Record<string, { readonly title: string; readonly by: readonly ColumnRule['method'][] }>> = {
  remove: { title: '删除', by: ['remove'] },
  mask: { title: '脱敏', by: ['mask', 'pseudonym', 'generalise', 'remove'] },
  generalise: { title: '泛化', by: ['generalise', 'remove'] },
  aggregate: { title: '仅汇总', by: [] },
  compute: { title: '可用不可见', by: [] },
  consent: { title: '已取得同意', by: [] },
}

/** The fields of a catalog entry's record, or null where it holds none. */
export function declaredFields(record: Json | undefined): DeclaredField[] | null {
  const fields = isObject(record) ? record['fields'] : undefined
  if (!Array.isArray(fields)) return null
  return fields.flatMap((field) => {
    if (!isObject(field) || typeof field['name'] !== 'string') return []
    return [{ name: field['name'], sensitive: textOrNull(field['sensitive']), protection: textOrNull(field['protection']) }]
  })
}

/** The fields that a register of protection rules names for an entry, where the city keeps one. */
export function registeredFields(record: Json | undefined): string[] {
  const fields = isObject(record) ? record['fields'] : undefined
  return Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : []
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A field that is declared to be nobody's. */
const NOT_SENSITIVE = 'none'

/**
 * The supplied fields whose declared protection is not carried out. Keys of entities are none of them: each is a pseudonym
 * or not shown at all, whatever is declared (see `hiddenKeys`).
 * @param registered fields for which the city's register holds an agreed rule: each of them needs one that is carried out
 */
export function shortfallsOf(supplied: readonly string[], declared: readonly DeclaredField[] | null, rules: ProtectionRules | null, schema: TableSchema, registered: readonly string[] = []): Shortfall[] {
  return supplied.flatMap((name): Shortfall[] => {
    if (schema.entity.key.includes(name)) return []
    const title = schema.columns.find((column) => column.name === name)?.title ?? name
    const method = rules?.columns.find((rule) => rule.column === name)?.method
    const said = declared?.find((field) => field.name === name)
    if (said === undefined) return method === 'remove' ? [] : [{ column: name, title, lacks: 'declaration', wanted: '目录条目未载明该字段' }]
    const way = said.protection === null ? undefined : CARRIED_OUT_BY[said.protection]
    if (way !== undefined) return way.by.length === 0 || (method !== undefined && way.by.includes(method)) ? [] : [{ column: name, title, lacks: 'rule', wanted: way.title }]
    if (said.protection === null && registered.includes(name)) return method === undefined ? [{ column: name, title, lacks: 'rule', wanted: '登记簿载明的规则' }] : []
    if (said.protection === null && said.sensitive === NOT_SENSITIVE) return []
    return method === 'remove' ? [] : [{ column: name, title, lacks: 'declaration', wanted: '未载明保护方式' }]
  })
}

/** Keys of entities that are not shown at all: declared to be removed or generalised, or in a way that nobody knows. */
export function hiddenKeys(declared: readonly DeclaredField[] | null, schema: TableSchema): string[] {
  return schema.entity.key.filter((name) => {
    const said = declared?.find((field) => field.name === name)
    if (said === undefined) return declared !== null
    const way = said.protection === null ? null : CARRIED_OUT_BY[said.protection]
    return way === undefined || (way !== null && (way.by.length > 0 && !way.by.includes('pseudonym')))
  })
}

/** The rules as they are carried out: each key of the entities is a pseudonym of its scenario, also where no rule says so. */
export function withPseudonymKeys(rules: ProtectionRules | null, schema: TableSchema): ProtectionRules {
  const ruled = new Set(rules?.columns.map(({ column }) => column))
  const keys = schema.entity.key.filter((name) => !ruled.has(name)).map((column): ColumnRule => ({ column, method: 'pseudonym' }))
  return { ...(rules ?? { rows: [] }), columns: [...(rules?.columns ?? []), ...keys] }
}

/** What the shortfalls of one table are, for the person whose job is refused. */
export function shortfallText(tableTitle: string, shortfalls: readonly Shortfall[]): string {
  return `“${tableTitle}”的${shortfalls.map(({ title, wanted }) => `${title}（${wanted}）`).join('、')}`
}
