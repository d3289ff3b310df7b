/**
 * The reading side of a materialisation: the parts of a version in, one Parquet file with the authorised columns and rows
 * out. It runs behind walls and holds no key: names that need one it asks for.
 */
import { createReadStream } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedText } from '#core/boundary/sql-text.ts'
import type { RowFilter } from '#core/boundary/row-filter.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { understood } from '#adapters/vault/ingest/ingest-parquet.ts'
import type { NameKind, NameQuestion } from '#adapters/vault/materialise-names.ts'
import { protectedList } from '#adapters/vault/protected-list.ts'
import type { OpenRules, ProtectedList } from '#adapters/vault/protected-list.ts'
import { withTrustedEngine } from '#adapters/vault/parquet/trusted-engine.ts'
import { filterClause } from '#adapters/vault/selection.ts'
import type { FilterClause } from '#adapters/vault/selection.ts'

/** What is to be written, without a secret. */
export interface RowsRequest extends OpenRules {
  schema: TableSchema
  /** Names of the authorised columns that the rules leave, in the order wanted. */
  columns: string[]
  filter: RowFilter
}

/** What the writing may use: nothing else of the machine. */
export interface RowsRoom {
  directory: string
  /** The next part of the version; undefined after the last. */
  next(): Promise<Buffer | undefined>
  /** Names for texts, in their order. */
  names(question: NameQuestion): Promise<string[]>
  /** Takes the bytes of the file, in order. */
  part(bytes: Buffer): Promise<void>
}

export interface WrittenRows {
  rows: number
}

const privateFile = 0o600
/** Bytes of the file that are handed on at once. */
const pieceBytes = 1024 * 1024
/** Between the parts and the file nothing need be small. */
const WITHIN = 'FORMAT parquet, COMPRESSION snappy'
const FILE = 'FORMAT parquet, COMPRESSION zstd'

/** Writes the file. Same parts, request and names give the same bytes. Throws `IngestError` for a part that cannot be read. */
export async function writeRows(request: RowsRequest, room: RowsRoom): Promise<WrittenRows> {
  return withTrustedEngine(room.directory, async (connection) => {
    const clause = filterClause(request.schema, [...request.filter, ...(request.rules?.rows ?? [])])
    const chosen = protectedList(connection, request.columns, request)
    const file = join(room.directory, 'file.parquet')
    const taken: string[] = []
    let part = await room.next()
    for (let number = 0; part !== undefined; number += 1) {
      const following = await room.next()
      // A table of one part needs no second writing.
      const only = number === 0 && following === undefined
      taken.push(only ? file : join(room.directory, `taken-${number}.parquet`))
      const bytes = part
      await understood(() => takePart(connection, bytes, { room, chosen, clause, to: taken.at(-1) ?? file, options: only ? FILE : WITHIN }))
      part = following
    }
    if (taken.length > 1) await connection.run(`COPY (FROM read_parquet([${taken.map(quotedText).join(', ')}])) TO ${quotedText(file)} (${FILE})`)
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quotedText(file)})`)
    for await (const bytes of createReadStream(file, { highWaterMark: pieceBytes })) await room.part(Buffer.from(bytes))
    return { rows: Number(counted.value(0, 0)) }
  })
}

interface Taking {
  room: RowsRoom
  chosen: ProtectedList
  clause: FilterClause
  to: string
  options: string
}

async function takePart(connection: DuckDBConnection, part: Buffer, { room, chosen, clause, to, options }: Taking): Promise<void> {
  const path = join(room.directory, 'part.parquet')
  await writeFile(path, part, { mode: privateFile })
  // The conditions read the values as they are, also of columns that leave changed.
  const raw = `(SELECT * FROM read_parquet(${quotedText(path)}) WHERE ${clause.sql}) AS raw`
  for (const of of ['pseudonym', 'entity'] as const) chosen.names[of] = await namesOf(connection, of, { chosen, room, raw, clause })
  await connection.run(`COPY (SELECT ${chosen.list} FROM ${raw}) TO ${quotedText(to)} (${options})`, clause.parameters)
  await rm(path)
}

/** The names of all texts of one kind in the part, each asked for once. */
async function namesOf(connection: DuckDBConnection, of: NameKind, from: { chosen: ProtectedList; room: RowsRoom; raw: string; clause: FilterClause }): Promise<ReadonlyMap<string, string>> {
  const { chosen, room, raw, clause } = from
  const expressions = chosen.named.filter((one) => one.of === of).map(({ text }) => text)
  if (expressions.length === 0) return new Map()
  const found = await connection.runAndReadAll(`SELECT DISTINCT t FROM (SELECT unnest([${expressions.join(', ')}]) AS t FROM ${raw}) WHERE t IS NOT NULL`, clause.parameters)
  const texts = found.getRows().map(([text]) => String(text))
  const names = await room.names({ of, texts })
  if (names.length !== texts.length) throw new Error('names were given for other texts')
  return new Map(texts.map((text, place) => [text, names[place] ?? '']))
}
