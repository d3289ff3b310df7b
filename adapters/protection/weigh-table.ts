/** Reads a table's different rows with the engine and weighs rules against them. Runs behind walls, on a locked engine. */
import { DuckDBInstance } from '@duckdb/node-api'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import type { WeighedColumn } from '#core/protection/generalisation-ladder.ts'
import type { ColumnRule } from '#core/protection/protection-rules.ts'
import { weighRules } from '#core/protection/weigh-rules.ts'
import type { Weighing, WeighedTable, WeighWish } from '#core/protection/weigh-rules.ts'

export interface WeighRequest {
  readonly path: string
  readonly quasiIdentifiers: readonly { readonly name: string; readonly type: WeighedColumn['type'] }[]
  readonly sensitive: string | null
  readonly rules: readonly ColumnRule[]
  readonly wish: WeighWish
  readonly threads: number
  readonly memoryMb: number
}

/** More different rows than this are not weighed while somebody waits; the message is for the log. */
export class TooVaried extends Error {
  override readonly name = 'TooVaried'
}

/** unit: different rows with a sensitive value each; source: what the walls' memory holds */
const DIFFERENT_ROWS_MAX = 1_000_000

/** Weighs the rules. @throws TooVaried */
export async function weighTable(request: WeighRequest): Promise<Weighing> {
  return weighRules(await readTable(request), request.rules, request.wish)
}

async function readTable({ path, quasiIdentifiers, sensitive, threads, memoryMb }: WeighRequest): Promise<WeighedTable> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads), memory_limit: `${memoryMb}MB`, autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' })
  try {
    const connection = await instance.connect()
    await connection.run(`SET allowed_paths = [${quotedText(path)}]`)
    await connection.run('SET enable_external_access = false')
    await connection.run('SET lock_configuration = true')
    const names = quasiIdentifiers.map(({ name }, at) => `CAST(${quotedIdentifier(name)} AS VARCHAR) AS q${at}`)
    const secret = sensitive === null ? "''" : `CAST(${quotedIdentifier(sensitive)} AS VARCHAR)`
    const result = await connection.stream(`SELECT ${[...names, `${secret} AS s`, 'count(*)::UINTEGER AS n'].join(', ')} FROM read_parquet(${quotedText(path)}) GROUP BY ALL`)
    const gathered = new Gathered(quasiIdentifiers.length)
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const row of chunk.getRows()) gathered.add(row.slice(0, quasiIdentifiers.length).map(textOrNull), textOrNull(row.at(-1 - 1)), Number(row.at(-1)))
    }
    return gathered.table(quasiIdentifiers, sensitive !== null)
  } finally {
    instance.closeSync()
  }
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

/** Values as codes in the order in which they come, and the sensitive values of each different row. */
class Gathered {
  readonly #values: Map<string | null, number>[]
  readonly #secrets = new Map<string | null, number>()
  readonly #overall: number[] = []
  readonly #places = new Map<string, { codes: number[]; size: number; counts: Map<number, number> }>()
  #added = 0

  constructor(columns: number) {
    this.#values = Array.from({ length: columns }, () => new Map<string | null, number>())
  }

  add(values: readonly (string | null)[], secret: string | null, rows: number): void {
    this.#added += 1
    if (this.#added > DIFFERENT_ROWS_MAX) throw new TooVaried(`more than ${DIFFERENT_ROWS_MAX} different rows`)
    const codes = values.map((value, at) => codeIn(this.#values[at] ?? new Map<string | null, number>(), value))
    const code = codeIn(this.#secrets, secret)
    this.#overall[code] = (this.#overall[code] ?? 0) + rows
    const place = this.#places.get(codes.join()) ?? { codes, size: 0, counts: new Map<number, number>() }
    place.size += rows
    place.counts.set(code, (place.counts.get(code) ?? 0) + rows)
    this.#places.set(codes.join(), place)
  }

  table(columns: WeighRequest['quasiIdentifiers'], hasSensitive: boolean): WeighedTable {
    const places = [...this.#places.values()]
    return {
      columns: columns.map(({ name, type }, at) => ({ name, type, values: [...(this.#values[at]?.keys() ?? [])] })),
      keys: columns.map((_, at) => Int32Array.from(places, ({ codes }) => codes[at] ?? 0)),
      sizes: Int32Array.from(places, ({ size }) => size),
      sensitive: hasSensitive ? places.map(({ size, counts }) => {
        const present = [...counts].toSorted(([a], [b]) => a - b)
        return { size, codes: present.map(([code]) => code), counts: present.map(([, times]) => times) }
      }) : [],
      overall: hasSensitive ? this.#overall : [],
    }
  }
}

function codeIn(known: Map<string | null, number>, value: string | null): number {
  const code = known.get(value) ?? known.size
  known.set(value, code)
  return code
}
