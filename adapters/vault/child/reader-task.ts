/** What the reading part is asked and what it answers. What it answers was made from content that others wrote: it is checked, never believed. */
import { z } from 'zod'
import { contentKinds } from '#core/boundary/content-kind.ts'
import { columnRoles, columnTypes } from '#core/boundary/table-schema.ts'
import { qualityRule } from '#core/boundary/quality-rule.ts'
import { failureSchema } from '#adapters/vault/child/failure.ts'
import { FrameBroken } from '#adapters/vault/child/frames.ts'
import type { Looked, Question } from '#adapters/vault/ingest/look-at-table.ts'
import type { ParseRequest, ParsedTable } from '#adapters/vault/ingest/parse-table.ts'
import { valueForms } from '#adapters/vault/ingest/value-sketch.ts'
import type { RowsRequest, WrittenRows } from '#adapters/vault/write-rows.ts'

/** `directory` is the workplace as the reader sees it. */
export type ReaderTask = ({ read: 'table'; request: ParseRequest } | { read: 'question'; question: Question } | { read: 'rows'; request: RowsRequest }) & { directory: string }

/** unit: characters; source: platform default, longer than any name or sentence of ours */
const TEXT_MAX = 4_096
const text = z.string().max(TEXT_MAX)
const count = z.int().min(0)
const share = z.number().min(0).max(1)
const encoding = z.enum(['utf-8', 'gb18030'])
const format = z.enum(['csv', 'tsv', 'jsonl', 'parquet', 'xlsx'])
const distinct = z.strictObject({ count, exact: z.boolean() })
const value = z.string().nullable()
const forms = z.record(z.enum(valueForms), z.base64())

const profile = z.strictObject({
  rows: count,
  entities: distinct.optional(),
  columns: z.array(z.strictObject({ name: text, nulls: count, distinct })),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  values: z.array(z.strictObject({ name: text, min: value, max: value, rare: z.strictObject({ sampledShare: share, forms }).optional() })),
})

// Keys may be added to a finding by its own module; the rest of it is checked here.
const finding = z.looseObject({ rule: qualityRule, rows: count, violations: count, passed: z.boolean() })

const suggestion = z.strictObject({ kind: z.enum(contentKinds), title: text, share, values: count, role: z.enum(columnRoles), category: text, reason: text })

const parsed = z.strictObject({
  content: z.strictObject({ bytes: count, compression: z.enum(['none', 'gzip', 'zstd']) }),
  format,
  encoding,
  encodingDetected: z.boolean(),
  profile,
  findings: z.array(finding),
  contents: z.array(z.strictObject({ name: text, suggestions: z.array(suggestion) })),
  changes: z.strictObject({ rows: count, added: count, replaced: count, removed: count }).optional(),
})

const misfit = z.strictObject({ row: count, expected: text, length: count })
const column = z.strictObject({ name: text, values: count, nulls: count, share, firstMisfit: misfit.optional() })
const proposal = z.strictObject({
  format,
  encoding,
  encodingDetected: z.boolean(),
  rows: count,
  whole: z.boolean(),
  columns: z.array(
    column.extend({ header: text, title: text, type: z.enum(columnTypes), scale: count.optional(), nullable: z.boolean(), missing: z.array(text), distinct: count, suggestions: z.array(suggestion), reason: text }),
  ),
  warnings: z.array(text),
})
const fit = z.strictObject({ rows: count, columns: z.array(column.extend({ fitting: count, suggestions: z.array(suggestion).optional() })) })

const answerSchema = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('parsed'), result: parsed }),
  z.strictObject({ answer: z.literal('looked'), result: z.union([z.strictObject({ proposal }), z.strictObject({ fit })]) }),
  z.strictObject({ answer: z.literal('written'), result: z.strictObject({ rows: count }) }),
  z.strictObject({ answer: z.literal('failed'), failure: failureSchema }),
])

export type ReaderAnswer = { answer: 'parsed'; result: ParsedTable } | { answer: 'looked'; result: Looked } | { answer: 'written'; result: WrittenRows } | z.infer<typeof answerSchema> & { answer: 'failed' }

/** The answer in a frame. Throws `FrameBroken` where it is none. */
export function readAnswer(content: Buffer): ReaderAnswer {
  try {
    return answerSchema.parse(JSON.parse(content.toString('utf8'))) as ReaderAnswer // the schema holds every member; its type differs in optional members and open words
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new FrameBroken(`no answer: ${error.message}`)
    throw error
  }
}
