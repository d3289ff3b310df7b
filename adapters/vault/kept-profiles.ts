/**
 * What the checks of outputs found out about a job's inputs, kept with the version it was found of: the next job over the
 * same columns and rules does not look at every row again. It lies sealed under the version's key and ends with it, for the
 * hashes of rare values can be undone by trying.
 */
import { createHash, randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { z } from 'zod'
import { columnRoles } from '#core/boundary/table-schema.ts'
import { valueForms } from '#core/disclosure-control/source-profile.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { placeOf, withDataKey } from '#adapters/vault/read-version.ts'
import { sealPurpose, sealedFindingPath } from '#adapters/vault/sealed-names.ts'
import { SealedWriter, readSealed } from '#adapters/vault/seal/sealed-file.ts'
import { SealBroken } from '#adapters/vault/seal/suite.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'

/** A table of a job, and the SHA-256 of the file that was written of its version for it. */
export interface ProfiledInput {
  version: VaultVersion
  table: string
  file: string
}

/** Counted up when a profile of before is none of today. */
const profileFormat = 2

const kept = z.array(
  z.strictObject({
    table: z.string(),
    column: z.string(),
    role: z.enum(columnRoles),
    rareValues: z.number(),
    chance: z.number(),
    sketches: z.array(z.strictObject({ form: z.enum(valueForms), hashes: z.array(z.string()), below: z.string().nullable() })),
    shape: z.array(z.number()).optional(),
  }),
)

/**
 * The profiles of the inputs, in their order, the kept ones read and only the others made. `asked` tells all that a table's
 * profiles depend on beside the file. Null where making failed; nothing is kept then. Throws `VaultError` for a version that is no longer active.
 */
export async function keptProfiles(vault: Vault, inputs: readonly ProfiledInput[], asked: (table: string) => unknown, make: (tables: ReadonlySet<string>) => Promise<readonly ColumnProfile[] | null>): Promise<readonly ColumnProfile[] | null> {
  const found = await Promise.all(inputs.map((input) => readKept(vault, input, asked(input.table))))
  const lacking = inputs.filter((_, place) => found[place] === undefined)
  if (lacking.length === 0) return found.flatMap((profiles) => profiles ?? [])
  const made = await make(new Set(lacking.map(({ table }) => table)))
  if (made === null) return null
  for (const input of lacking) await keep(vault, input, asked(input.table), made.filter(({ table }) => table === input.table))
  return inputs.flatMap(({ table }, place) => found[place] ?? made.filter((profile) => profile.table === table))
}

function pathOf(vault: Vault, { version, table, file }: ProfiledInput, asked: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify([profileFormat, file, table, asked])).digest('hex')
  return sealedFindingPath(placeOf(vault, version), digest)
}

async function readKept(vault: Vault, input: ProfiledInput, asked: unknown): Promise<readonly ColumnProfile[] | undefined> {
  const path = pathOf(vault, input, asked)
  try {
    return await withDataKey(vault, input.version, async (dataKey) => {
      const chunks: Buffer[] = []
      for await (const chunk of readSealed(path, dataKey, sealPurpose('found', input.version.id))) chunks.push(chunk)
      return kept.parse(JSON.parse(Buffer.concat(chunks).toString())).map(({ shape, ...profile }) => ({ ...profile, ...(shape === undefined ? {} : { shape }), sketches: profile.sketches.map((sketch) => ({ ...sketch, hashes: new Set(sketch.hashes) })) }))
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    // Damaged on the disk: it is made again, and the damaged one is gone before.
    if (!(error instanceof SealBroken)) throw error
    await rm(path, { force: true })
    return undefined
  }
}

/** Under a name of its own until it is whole; of two that keep the same the last stays, and they are equal. */
async function keep(vault: Vault, input: ProfiledInput, asked: unknown, profiles: readonly ColumnProfile[]): Promise<void> {
  const path = pathOf(vault, input, asked)
  const written = `${path}.${randomBytes(6).toString('hex')}`
  const text = JSON.stringify(profiles.map((profile) => ({ ...profile, sketches: profile.sketches.map((sketch) => ({ ...sketch, hashes: [...sketch.hashes] })) })))
  await withDataKey(vault, input.version, async (dataKey) => {
    const writer = await SealedWriter.create(written, vault.suite, dataKey, sealPurpose('found', input.version.id))
    try {
      await writer.write(Buffer.from(text))
      await writer.finish()
      await rename(written, path)
    } finally {
      await writer.abandon()
      await rm(written, { force: true })
    }
  })
}
