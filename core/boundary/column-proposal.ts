/**
 * What is proposed to a provider about the columns of a file: from what the catalog says, what the values show and what the
 * headers say. Everything is a proposal with its reason; the provider confirms or changes each column before anything is used.
 */
import { contentMeanings, percent } from '#core/boundary/content-kind.ts'
import type { ContentKind, ContentSuggestion } from '#core/boundary/content-kind.ts'
import { roleTitles, typeTitles } from '#core/boundary/column-words.ts'
import type { ColumnRole, ColumnType, EntityKind } from '#core/boundary/table-schema.ts'

/** How the texts of one column are to be read. */
export interface ColumnReading {
  name: string
  header: string
  type: ColumnType
  scale?: number
  nullable: boolean
  /** Texts that stand for "no value" beside the empty one. */
  missing: string[]
}

/** One column as a sample of the file shows it. No value is in it. */
export interface SeenColumn extends ColumnReading {
  /** Values looked at, without the missing ones, and the missing ones. */
  values: number
  nulls: number
  /** What the content seems to be; shares over the same sample. */
  suggestions: readonly ContentSuggestion[]
  /** Why this type, in one sentence. */
  reason: string
}

/** How all values of the file fit what was proposed for their column. */
export interface SeenFit {
  name: string
  values: number
  nulls: number
  fitting: number
  /** What rows spread over the whole file seem to hold. */
  suggestions?: readonly ContentSuggestion[]
}

/** A column as the catalog or the declared schema has it. */
export interface CataloguedColumn {
  name: string
  header: string
  title: string
  type?: ColumnType | undefined
  scale?: number | undefined
  nullable?: boolean | undefined
  missing?: string[] | undefined
  role?: ColumnRole | undefined
  category?: string | undefined
  grade?: string | undefined
  unit?: string | undefined
}

/** A column as it is proposed. No value of the file is in it. */
export interface ProposedColumn extends ColumnReading {
  title: string
  role: ColumnRole
  category?: string
  grade?: string
  unit?: string
  /** What the values seem to be, the strongest first. */
  contents: { kind: ContentKind; title: string; share: number; values: number }[]
  /** Why this is proposed, for the one who confirms. */
  reasons: string[]
  /** 目录所载与实际内容不一致: where the catalog says one thing and the content another. */
  disagreements: string[]
}

export interface TableProposal {
  entity: { kind: EntityKind; key: string[] }
  columns: ProposedColumn[]
  /** Titles of catalogued columns that the file does not have, and headers of the file that nobody agreed to. */
  lacking: string[]
  surplus: string[]
}

/** What a header says about persons where no check digit can. Hints only, therefore with their reason. */
const HEADER_HINTS: readonly { words: RegExp; role: ColumnRole; category: string; why: string }[] = [
  { words: /收入|工资|薪酬|薪金|存款|余额|贷款|纳税|账户|房产|营业额/, role: 'sensitive', category: '个人财产信息', why: '列名涉及财产状况' },
  { words: /诊断|病种|病史|疾病|用药|检验|体检|残疾|血型|手术|医保/, role: 'sensitive', category: '个人健康信息', why: '列名涉及健康状况' },
  { words: /宗教|信仰|犯罪|指纹|人脸|密码/, role: 'sensitive', category: '个人身份信息', why: '列名涉及敏感个人信息' },
  { words: /性别|出生|生日|年龄|民族|籍贯|婚姻|学历|职业|邮编|邮政编码|户籍|居住|住址|街道|国籍|工作单位/, role: 'quasi-identifier', category: '个人基本信息', why: '列名所指的信息与其他信息结合，可以识别到个人' },
]

/** What a title claims that the values can be held against. */
const CLAIMS: readonly [RegExp, ContentKind][] = [
  [/身份证|公民身份号码/, 'resident-id'],
  [/社会信用代码/, 'credit-code'],
  [/手机/, 'mobile'],
  [/银行卡/, 'bank-card'],
  [/车牌|号牌/, 'plate'],
  [/护照/, 'passport'],
]

const PERSON_KINDS: ReadonlySet<ContentKind> = new Set(['resident-id', 'passport'])
/** What reads another type without loss: every value of the key is one of the listed, too. */
const READS_AS: Readonly<Record<ColumnType, readonly ColumnType[]>> = {
  text: ['text'], integer: ['integer', 'decimal', 'text'], decimal: ['decimal', 'text'], boolean: ['boolean', 'text'], date: ['date', 'timestamp', 'text'], timestamp: ['timestamp', 'text'],
}

/** Proposes a schema. `catalogued`: the columns that were agreed to, or null where the catalog names none; `entity` likewise. */
export function proposeTable(seen: readonly SeenColumn[], catalogued: readonly CataloguedColumn[] | null, entity: EntityKind | null): TableProposal {
  const agreed = seen.filter((column) => catalogued === null || cataloguedAs(catalogued, column.header) !== undefined)
  const columns = agreed.map((column) => proposeColumn(column, catalogued === null ? undefined : cataloguedAs(catalogued, column.header)))
  const kind = entity ?? entityOf(columns)
  const key = kind === 'none' ? [] : keyOf(columns, kind)
  return {
    entity: { kind: key.length === 0 ? 'none' : kind, key },
    columns: columns.map((column) => (column.role === 'entity-key' && kind === 'none' ? { ...column, role: 'quasi-identifier' } : column)),
    lacking: (catalogued ?? []).filter((column) => !seen.some(({ header }) => isCalled(column, header))).map(({ title }) => title),
    surplus: seen.filter((column) => !agreed.includes(column)).map(({ header }) => header),
  }
}

/** The catalogued column behind a header: by the header it declares, else by its name or title. */
function cataloguedAs(catalogued: readonly CataloguedColumn[], header: string): CataloguedColumn | undefined {
  return catalogued.find((column) => column.header === header) ?? catalogued.find((column) => isCalled(column, header))
}

function isCalled({ header, name, title }: CataloguedColumn, written: string): boolean {
  return [header, name, title].includes(written)
}

function proposeColumn(seen: SeenColumn, said: CataloguedColumn | undefined): ProposedColumn {
  const { header, suggestions } = seen
  const [strongest] = suggestions
  const title = said?.title ?? header
  const hint = HEADER_HINTS.find(({ words }) => words.test(`${header} ${title}`))
  const type = said?.type ?? seen.type
  const scale = said?.scale ?? seen.scale
  const { category, grade, unit } = { category: said?.category ?? strongest?.category ?? hint?.category, grade: said?.grade, unit: said?.unit }
  return {
    name: said?.name ?? seen.name,
    header,
    title,
    type,
    ...(type === 'decimal' ? { scale: scale ?? 0 } : {}),
    nullable: said?.nullable ?? seen.nullable,
    missing: said?.missing ?? seen.missing,
    role: said?.role ?? strongest?.role ?? hint?.role ?? 'ordinary',
    ...(category === undefined ? {} : { category }),
    ...(grade === undefined ? {} : { grade }),
    ...(unit === undefined ? {} : { unit }),
    contents: suggestions.map(({ kind, title: called, share, values }) => ({ kind, title: called, share, values })),
    reasons: reasonsOf(seen, said, hint?.why),
    disagreements: said === undefined ? [] : disagreementsOf(seen, said, title),
  }
}

function reasonsOf({ suggestions, reason }: SeenColumn, said: CataloguedColumn | undefined, hint: string | undefined): string[] {
  const contents = suggestions.map((one) => `${one.reason.replace(/，请确认。$/, '')}，建议作为${roleTitles[one.role]}列。`)
  const hinted = contents.length === 0 && hint !== undefined ? [`${hint}，请结合内容确认。`] : []
  return [...contents, ...hinted, said?.type === undefined ? reason : '类型按目录登记。']
}

function disagreementsOf(seen: SeenColumn, said: CataloguedColumn, title: string): string[] {
  const [strongest] = seen.suggestions
  const claimed = CLAIMS.find(([words]) => words.test(title))?.[1]
  return [
    ...(said.type !== undefined && seen.values > 0 && !READS_AS[seen.type].includes(said.type) ? [`目录登记的类型是${typeTitles[said.type]}，内容看来是${typeTitles[seen.type]}。`] : []),
    ...(said.nullable === false && seen.nulls > 0 ? [`目录登记为必填，抽查的 ${seen.values + seen.nulls} 行中有 ${seen.nulls} 行（${percent(seen.nulls, seen.values + seen.nulls)}）没有值。`] : []),
    ...(strongest !== undefined && said.role === 'ordinary' ? [`目录登记为一般列，${shareOf(strongest)}的取值是${strongest.title}。`] : []),
    ...(claimed !== undefined && seen.values > 0 && !seen.suggestions.some(({ kind }) => kind === claimed) ? [`目录称“${title}”，抽查的取值多数不符合${contentMeanings[claimed].title}的编码规则。`] : []),
  ]
}

function shareOf({ share, values }: ContentSuggestion): string {
  return percent(Math.round(share * values), values)
}

/** The columns as their first rows showed them, with what rows of the whole file suggest: the content of a file may change on its way. */
export function withContents(seen: readonly SeenColumn[], { columns }: TableProposal, fit: readonly SeenFit[]): SeenColumn[] {
  return seen.map((column) => {
    const name = columns.find(({ header }) => header === column.header)?.name
    const spread = fit.find((one) => one.name === name)?.suggestions ?? []
    return { ...column, suggestions: [...spread, ...column.suggestions.filter(({ kind }) => spread.every((one) => one.kind !== kind))] }
  })
}

/** Adds what the whole file showed: how many values do not fit what is proposed, beyond the rows first looked at. */
export function withFit(proposal: TableProposal, fit: readonly SeenFit[]): TableProposal {
  const columns = proposal.columns.map((column): ProposedColumn => {
    const found = fit.find(({ name }) => name === column.name)
    if (found === undefined) return column
    const { values, nulls, fitting } = found
    const misfits = fitting < values ? [`全部 ${values} 个值中有 ${values - fitting} 个（${percent(values - fitting, values)}）不能作为${typeTitles[column.type]}读取。`] : []
    const absent = !column.nullable && nulls > 0 ? [`全部 ${values + nulls} 行中有 ${nulls} 行（${percent(nulls, values + nulls)}）没有值，却列为必填。`] : []
    return { ...column, disagreements: [...column.disagreements, ...misfits, ...absent] }
  })
  return { ...proposal, columns }
}

/** Kinds that are somebody's personal information, whatever the table is said to be about. */
const PERSONAL_KINDS: ReadonlySet<ContentKind> = new Set(['resident-id', 'passport', 'mobile', 'bank-card', 'person-name'])

/** Where the catalog says that a table is about nobody, and its content is personal: a sentence for the provider. */
export function entityDisagreement(said: EntityKind | null, { columns, entity }: TableProposal): string[] {
  const personal = columns.filter(({ contents }) => contents.some(({ kind }) => PERSONAL_KINDS.has(kind)))
  if (personal.length === 0 || entity.kind === 'person' || (said !== null && said !== 'none')) return []
  const named = personal.map(({ title, contents }) => `“${title}”（${contents[0]?.title ?? ''}）`).join('、')
  return [`${said === null ? '本表' : '目录登记本表不涉及个人，'}内容看来含有个人信息：${named}。请核对本表每行说的是什么，并选定主体标识。`]
}

function entityOf(columns: readonly ProposedColumn[]): EntityKind {
  const kinds = columns.flatMap(({ contents }) => contents.map(({ kind }) => kind))
  if (kinds.some((kind) => PERSON_KINDS.has(kind))) return 'person'
  return kinds.includes('credit-code') ? 'enterprise' : 'none'
}

/** The column that identifies an entity: by its content, else as the catalog says. */
function keyOf(columns: readonly ProposedColumn[], kind: EntityKind): string[] {
  const named = columns.filter(({ role }) => role === 'entity-key')
  const wanted = ({ contents }: ProposedColumn): boolean => contents.some((one) => (kind === 'person' ? PERSON_KINDS.has(one.kind) : one.kind === 'credit-code'))
  const chosen = named.find(wanted) ?? named[0] ?? columns.find(wanted)
  return chosen === undefined ? [] : [chosen.name]
}

/** Columns whose values identify or are sensitive by their form, and which the provider calls ordinary: each needs a reason. */
export function departures<Column extends { name: string; contents: readonly unknown[] }>(proposed: readonly Column[], confirmed: readonly { name: string; role: ColumnRole }[]): Column[] {
  return proposed.filter(({ name, contents }) => contents.length > 0 && confirmed.find((column) => column.name === name)?.role === 'ordinary')
}

/** How what was confirmed differs from what the catalog says, one sentence a difference; empty where they agree. */
export function catalogDifferences(catalogued: readonly CataloguedColumn[] | null, confirmed: readonly Pick<ProposedColumn, 'name' | 'title' | 'type' | 'role' | 'nullable'>[]): string[] {
  return confirmed.flatMap((column) => {
    const said = catalogued?.find(({ name }) => name === column.name)
    if (said === undefined) return []
    return [
      ...(said.type !== undefined && said.type !== column.type ? [`“${column.title}”：目录登记为${typeTitles[said.type]}，确认为${typeTitles[column.type]}。`] : []),
      ...(said.role !== undefined && said.role !== column.role ? [`“${column.title}”：目录登记为${roleTitles[said.role]}列，确认为${roleTitles[column.role]}列。`] : []),
      ...(said.nullable === false && column.nullable ? [`“${column.title}”：目录登记为必填，确认为可以没有值。`] : []),
    ]
  })
}
