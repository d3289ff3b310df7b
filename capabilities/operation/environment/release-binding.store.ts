import { createHash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { releaseBindingSchema } from './release-binding.ts'
import type { ReleaseBinding } from './release-binding.ts'

/** SHA-256 of a text, in hexadecimal. */
export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** SHA-256 of a value's canonical text (RFC 8785), in hexadecimal. What JSON leaves out, such as undefined, counts as absent. */
export function digestOfJson(value: unknown): string {
  return digestOfText(canonicalJson(JSON.parse(JSON.stringify(value))))
}

const digestsSchema = z.looseObject({ plainSha256: z.string() })

/** The digest of a version's rows before they were sealed, as the vault recorded it when it took them in. */
export async function contentsOfVersion(tx: Kysely<Tables> | Transaction<Tables>, version: string): Promise<string> {
  const row = await tx.selectFrom('vault_version').select('table_digests').where('id', '=', version).executeTakeFirstOrThrow()
  return digestsSchema.parse(row.table_digests).plainSha256
}

/** What a job's result was made of; null for a job without one, or from before it was kept. */
export async function bindingOfJob(tx: Kysely<Tables> | Transaction<Tables>, job: string): Promise<ReleaseBinding | null> {
  const row = await tx.selectFrom('job').select('binding').where('id', '=', job).executeTakeFirst()
  return row === undefined || row.binding === null ? null : releaseBindingSchema.parse(row.binding)
}

/** A release with what it was bound to when it left. */
export type BoundRelease = { id: string; job: string; agreement: string; organization: string; title: string; caseId: string; releasedOn: string; digest: string; binding: ReleaseBinding | null; bindingDigest: string | null }

/** A release by its own id or by the id of the case that let it out. */
export async function readRelease(tx: Kysely<Tables> | Transaction<Tables>, id: string): Promise<BoundRelease | null> {
  const row = await tx.selectFrom('release').selectAll().where((is) => is.or([is('id', '=', id), is('case_id', '=', id)])).limit(1).executeTakeFirst()
  if (row === undefined) return null
  return {
    id: row.id, job: row.job, agreement: row.agreement, organization: row.organization, title: row.title, caseId: row.case_id, releasedOn: row.released_on, digest: row.digest,
    binding: row.binding === null ? null : releaseBindingSchema.parse(row.binding), bindingDigest: row.binding_digest,
  }
}
