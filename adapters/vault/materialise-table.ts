/**
 * The sealing side of a materialisation: it holds the keys, opens the sealed parts, makes the names and writes the file; what
 * a part holds is read by another process, behind walls.
 */
import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import type { RowFilter } from '#core/boundary/row-filter.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { keptColumns } from '#core/protection/protection-rules.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { materialiseFailure } from '#adapters/vault/materialise-error.ts'
import { nameMaker } from '#adapters/vault/materialise-names.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import { partsOf } from '#adapters/vault/parquet/part-container.ts'
import { filterClause, selectedColumns } from '#adapters/vault/selection.ts'
import { sealPurpose } from '#adapters/vault/sealed-names.ts'
import { readSealed } from '#adapters/vault/seal/sealed-file.ts'
import type { RowsRequest, WrittenRows } from '#adapters/vault/write-rows.ts'

export interface MaterialiseRequest {
  schema: TableSchema
  versionId: string
  dataKey: Buffer
  tablePath: string
  /** Rows of the version. */
  rows: number
  limits: IngestLimits
  /** Names of the authorised columns, in the order wanted. */
  columns: string[]
  filter: RowFilter
  /** Applied to every row before it is written; null where the table has no rules. */
  protection: Protection | null
  /** The file to write; it must not exist. */
  outputPath: string
}

export interface MaterialiseResult {
  rows: number
  columns: string[]
  bytes: number
  /** Digests of the Parquet file. Same version, columns, filter, rules, key and engine give the same file. */
  sha256: string
  sm3: string
}

/** What the reading process gets from this side. */
export interface RowsSupply {
  next(): Promise<Buffer | undefined>
  /** A question for names and its answer, as they travel. Throws `NamesRefused`. */
  names(asked: Buffer): Buffer
  part(bytes: Buffer): Promise<void>
}

/** Has the rows written; `writeRows` behind walls. */
export type WriteBehind = (request: RowsRequest, supply: RowsSupply) => Promise<WrittenRows>

const privateFile = 0o600

/** Writes the file; on any error it is removed. Throws `SelectionError`, `SealBroken` or `MaterialiseError`. */
export async function materialiseTable(request: MaterialiseRequest, write: WriteBehind): Promise<MaterialiseResult> {
  const { schema, protection, filter } = request
  const rules = protection?.rules ?? null
  const columns = selectedColumns(schema, keptColumns(rules, request.columns))
  filterClause(schema, [...filter, ...(rules?.rows ?? [])])
  const pseudonyms = columns.filter((name) => rules?.columns.some((rule) => rule.column === name && rule.method === 'pseudonym'))
  if (pseudonyms.length > 0 && protection?.pseudonymKey === null) throw new Error(`columns ${pseudonyms.join(', ')} are to be pseudonyms and no key came with the rules`)
  // Claimed exclusively: nothing that lies there is written over, and no link followed.
  const file = await open(request.outputPath, 'wx', privateFile)
  try {
    const digests = { sha256: createHash('sha256'), sm3: createHash('sm3') }
    let bytes = 0
    const parts = partsOf(readSealed(request.tablePath, request.dataKey, sealPurpose('table', request.versionId)))
    const { rows } = await write({ schema, columns, filter, rules, entityKey: protection?.entityHash?.key ?? null }, {
      next: async () => {
        const next = await parts.next()
        return next.done === true ? undefined : next.value
      },
      names: nameMaker(protection, request.rows, pseudonyms.length),
      part: async (piece) => {
        bytes += piece.length
        digests.sha256.update(piece)
        digests.sm3.update(piece)
        await file.writeFile(piece)
      },
    })
    return { rows, columns, bytes, sha256: digests.sha256.digest('hex'), sm3: digests.sm3.digest('hex') }
  } catch (error) {
    await rm(request.outputPath, { force: true })
    throw materialiseFailure(error, schema.title)
  } finally {
    await file.close()
  }
}
