/** Checks the quality rules of a table, block by block, in the engine that holds the block as the table `part`. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import { columnNamed } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { FAILURES_MAX, columnsOfRule, qualityDimensions, qualitySentence } from '#core/boundary/quality-rule.ts'
import type { QualityFailure, QualityFinding, QualityRule } from '#core/boundary/quality-rule.ts'
import { IngestError, memoryExceeded, workplaceExceeded } from '#adapters/vault/ingest/ingest-error.ts'
import { canonicalText, fieldReader, readDate } from '#adapters/vault/ingest/typed-value.ts'
import { sqlType } from '#adapters/vault/parquet/sql-text.ts'

interface Counted {
  rule: QualityRule
  violations: number
  firstRow: number | undefined
  newest: string | undefined
  failures: QualityFailure[]
}

const relations = { equal: '=', 'at-most': '<=', less: '<' } as const

/** One rule over one table, from its first block to the finding. */
export class QualityCheck {
  readonly #connection: DuckDBConnection
  readonly #schema: TableSchema
  readonly #counted: Counted[]
  #rows = 0

  constructor(connection: DuckDBConnection, schema: TableSchema) {
    this.#connection = connection
    this.#schema = schema
    this.#counted = (schema.quality ?? []).map((rule) => ({ rule, violations: 0, firstRow: undefined, newest: undefined, failures: [] }))
  }

  /** Counts what the table `part` holds now. */
  async addPart(): Promise<void> {
    if (this.#counted.length === 0) return
    for (const [index, counted] of this.#counted.entries()) {
      if (counted.rule.dimension === 'uniqueness') await this.#roomy(counted.rule, () => this.#remember(index, counted.rule))
      else if (counted.rule.dimension === 'timeliness') await this.#newest(counted, counted.rule.column)
      else await this.#violations(counted, violationSql(this.#schema, counted.rule))
    }
    this.#rows += Number((await this.#read('SELECT count(*) FROM part'))[0]?.[0])
  }

  /** The findings, in the order of the rules. `suppliedOn` is an ISO date. */
  async findings(suppliedOn: string): Promise<QualityFinding[]> {
    const findings: QualityFinding[] = []
    for (const [index, counted] of this.#counted.entries()) {
      if (counted.rule.dimension === 'uniqueness' && this.#rows > 0) await this.#roomy(counted.rule, () => this.#duplicates(index, counted))
      findings.push(this.#finding(counted, suppliedOn))
    }
    return findings
  }

  #finding({ rule, violations, firstRow, newest, failures }: Counted, suppliedOn: string): QualityFinding {
    const rows = this.#rows
    if (rule.dimension === 'timeliness') {
      const daysOld = newest === undefined ? undefined : (readDate(suppliedOn) ?? 0) - (readDate(newest) ?? 0)
      const passed = daysOld !== undefined && daysOld <= rule.withinDays
      return { rule, rows, violations: passed ? 0 : 1, passed, ...(daysOld === undefined ? {} : { daysOld }) }
    }
    const passed = rule.dimension === 'completeness' ? rows - violations >= rule.atLeast * rows : violations === 0
    return { rule, rows, violations, passed, ...(firstRow === undefined ? {} : { firstRow }), ...(failures.length === 0 ? {} : { failures }) }
  }

  async #violations(counted: Counted, condition: string): Promise<void> {
    const [[violations, first] = []] = await this.#read(`SELECT count(*), min(rowid) FROM part WHERE ${condition}`)
    counted.violations += Number(violations)
    if (typeof first === 'bigint') counted.firstRow ??= this.#rows + Number(first) + 1
    if (Number(violations) > 0 && counted.failures.length < FAILURES_MAX) await this.#failures(counted, condition)
  }

  async #failures(counted: Counted, condition: string): Promise<void> {
    const columns = columnsOfRule(counted.rule)
    const shapes = columns.map(shapeSql).join(` || '，' || `)
    const rows = await this.#read(`SELECT rowid, ${shapes} FROM part WHERE ${condition} ORDER BY rowid LIMIT ${FAILURES_MAX - counted.failures.length}`)
    for (const [at, shape] of rows) counted.failures.push({ row: this.#rows + Number(at) + 1, column: columns.join('、'), shape: String(shape) })
  }

  /** Keeps a 64-bit hash of each row's key; among 50 million rows two different keys share one with less than one chance in ten thousand. */
  async #remember(index: number, rule: QualityRule): Promise<void> {
    const names = columnsOfRule(rule).map(quotedIdentifier)
    const table = quotedIdentifier(`unique.${index}`)
    const hashes = `SELECT hash(${names.join(', ')}) AS h, ${this.#rows} + rowid + 1 AS row FROM part WHERE ${names.map((name) => `${name} IS NOT NULL`).join(' AND ')}`
    await this.#connection.run(this.#rows === 0 ? `CREATE OR REPLACE TABLE ${table} AS ${hashes}` : `INSERT INTO ${table} ${hashes}`)
  }

  async #duplicates(index: number, counted: Counted): Promise<void> {
    const table = quotedIdentifier(`unique.${index}`)
    const repeated = `SELECT h FROM ${table} GROUP BY h HAVING count(*) > 1`
    const [[surplus, second] = []] = await this.#read(
      `SELECT sum(n - 1)::BIGINT, min(second) FROM (SELECT count(*) AS n, min(row, 2)[2] AS second FROM ${table} WHERE h IN (${repeated}) GROUP BY h)`,
    )
    counted.violations = Number(surplus ?? 0)
    if (typeof second === 'bigint') counted.firstRow = Number(second)
    if (Number(surplus ?? 0) === 0) return
    const rows = await this.#read(`SELECT row FROM (SELECT row, row_number() OVER (PARTITION BY h ORDER BY row) AS nth FROM ${table} WHERE h IN (${repeated})) WHERE nth > 1 ORDER BY row LIMIT ${FAILURES_MAX}`)
    for (const [row] of rows) counted.failures.push({ row: Number(row), column: columnsOfRule(counted.rule).join('、'), shape: '与前面的行重复' })
  }

  /** Says what took the room where there is too little of it: a row's hash is kept for each rule of uniqueness, until the last row is seen. */
  async #roomy(rule: QualityRule, task: () => Promise<void>): Promise<void> {
    try {
      await task()
    } catch (error) {
      if ((workplaceExceeded(error) ?? memoryExceeded(error)) === undefined) throw error
      const columns = columnsOfRule(rule)
      const titles = columns.map((name) => columnNamed(this.#schema, name)?.title ?? name).join('、')
      throw new IngestError('memory-exceeded', `核对“${titles}”有无重复所需的临时空间超过上限，核对到第 ${this.#rows} 行（不计表头）为止，文件没有接收，已写入的内容已全部清除。`, { row: this.#rows, column: columns.join('、') }, { cause: error })
    }
  }

  async #newest(counted: Counted, column: string): Promise<void> {
    const [[newest] = []] = await this.#read(`SELECT CAST(CAST(max(${quotedIdentifier(column)}) AS DATE) AS VARCHAR) FROM part`)
    if (typeof newest === 'string' && (counted.newest === undefined || newest > counted.newest)) counted.newest = newest
  }

  async #read(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows()
  }
}

/** unit: characters of a shape that are shown */
const shapeLength = 40

/** What a value looks like without being told. */
function shapeSql(column: string): string {
  const text = `CAST(${quotedIdentifier(column)} AS VARCHAR)`
  const shaped = `regexp_replace(regexp_replace(regexp_replace(regexp_replace(left(${text}, ${shapeLength}), '[A-Za-z]', 'a', 'g'), '[0-9]', '9', 'g'), '\\p{Han}', '字', 'g'), '[^a9字]', '·', 'g')`
  return `coalesce(${shaped}, '没有值')`
}

function violationSql(schema: TableSchema, rule: Exclude<QualityRule, { dimension: 'uniqueness' | 'timeliness' }>): string {
  switch (rule.dimension) {
    case 'completeness':
      return `${quotedIdentifier(rule.column)} IS NULL`
    case 'consistency':
      return `NOT (${quotedIdentifier(rule.left)} ${relations[rule.is]} ${quotedIdentifier(rule.right)})`
    case 'validity': {
      const column = columnNamed(schema, rule.column)
      if (column === undefined) throw new Error('a rule about no column')
      const name = quotedIdentifier(rule.column)
      const broken = [
        ...(rule.oneOf === undefined ? [] : [`${name} NOT IN (${rule.oneOf.map((text) => valueSql(column, text)).join(', ')})`]),
        ...(rule.from === undefined ? [] : [`${name} < ${valueSql(column, rule.from)}`]),
        ...(rule.to === undefined ? [] : [`${name} > ${valueSql(column, rule.to)}`]),
        ...(rule.pattern === undefined ? [] : [`NOT regexp_full_match(${name}, ${quotedText(rule.pattern)})`]),
      ]
      return `(${broken.join(' OR ')})`
    }
  }
}

function valueSql(column: ColumnSchema, text: string): string {
  const read = fieldReader({ ...column, nullable: false, missing: [] })(text)
  if ('fault' in read || read.value === null) throw new TypeError(`质量规则中列“${column.title}”的值“${text}”不符合该列的类型。`)
  return `CAST(${quotedText(canonicalText(read.value, column))} AS ${sqlType(column)})`
}

/** Throws `IngestError` for the first rule that refuses and was broken. */
export function refuseBroken(schema: TableSchema, findings: QualityFinding[]): void {
  const broken = findings.find((finding) => finding.rule.refuse && !finding.passed)
  if (broken === undefined) return
  const titleOf = (name: string): string => columnNamed(schema, name)?.title ?? name
  const code = broken.rule.dimension === 'uniqueness' ? 'row-duplicated' : 'quality-rule-broken'
  const column = columnsOfRule(broken.rule).map(titleOf).join('、')
  throw new IngestError(code, `数据质量未达到登记的规则。${qualitySentence(broken, titleOf)}`, { column, ...(broken.firstRow === undefined ? {} : { row: broken.firstRow }) })
}

/** The report for the provider: a line for each rule, grouped as the rules were written. */
export function qualityReport(schema: TableSchema, findings: QualityFinding[]): string[] {
  const titleOf = (name: string): string => columnNamed(schema, name)?.title ?? name
  const unchecked = Object.entries(qualityDimensions).filter(([dimension]) => findings.every((finding) => finding.rule.dimension !== dimension))
  return [...findings.map((finding) => qualitySentence(finding, titleOf)), ...unchecked.map(([, title]) => `${title}：没有登记规则，未核验。`)]
}
