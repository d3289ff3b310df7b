import { z } from 'zod'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * What a result was made of. Its canonical text is what a release is bound to: whoever holds it can say of any copy
 * whether it is what these inputs, this statement, this engine and these rules gave. Digests are SHA-256 in hexadecimal.
 */
export const releaseBindingSchema = z.strictObject({
  v: z.literal(1),
  /** The statement as it was run, the values of its parameters written into it. */
  statement: digest,
  inputs: z.array(z.strictObject({
    supply: z.string(),
    entry: z.string(),
    /** Name in the statement. */
    table: z.string(),
    /** Version in the vault, and the digest of its rows before they were sealed. */
    version: z.string(),
    contents: z.string(),
    /** Under whose key pseudonyms are made. */
    agreement: z.string(),
    scenario: z.string(),
    /** Columns that the statement sees, in this order, and those that were written for it. */
    fields: z.array(z.string()),
    columns: z.array(z.string()),
    /** Which version of the protection rules was in force, if any, and what was done to the columns before they were read. */
    protection: z.strictObject({ version: z.int().nullable(), digest: digest.nullable(), rules: protectionRulesSchema }),
    /** The file that the worker read. */
    file: digest,
    rows: z.int(),
  })),
  engine: z.string(),
  limits: z.strictObject({ memoryMb: z.int(), threads: z.int() }),
  pack: z.strictObject({ id: z.string(), digest: z.string() }),
  /** Waivers by which findings do not block, each with its last day. */
  waivers: z.array(z.strictObject({ id: z.string(), ends: z.string() })).default([]),
  /** Whom the figures are about, as the ledger of releases keeps it: the digest of the sets, null where they are about nobody. */
  ledger: z.strictObject({ digest: digest.nullable() }).optional(),
  /** Thresholds of the automatic checks, and the report that they gave. */
  policy: digest,
  report: digest,
  result: z.strictObject({ digest, rows: z.int(), columns: z.array(z.string()) }),
})
export type ReleaseBinding = z.infer<typeof releaseBindingSchema>
export type BoundInput = ReleaseBinding['inputs'][number]
