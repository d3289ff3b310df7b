import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import { loadEvents } from '#adapters/cases/case-store.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { readingAs, readingAsSystem } from './parts.ts'
import type { ApiParts } from './parts.ts'
import { problemOf } from './problem.ts'

/** The hashes of all files that contents name. */
export function filesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(filesIn)
  if (!isObject(value)) return []
  const own = typeof value['sha256'] === 'string' && typeof value['name'] === 'string' ? [value['sha256']] : []
  return [...own, ...Object.values(value).flatMap(filesIn)]
}

/** The files that stand in a case that the person may see. */
export async function filesOfCase(parts: ApiParts, person: Person, caseId: string): Promise<Set<string>> {
  const events = await readingAs(parts, person, (tx) => loadEvents(tx, caseId))
  return new Set((events ?? []).flatMap(({ event }) => ('contents' in event ? filesIn(event.contents) : [])))
}

/**
 * A content names only files that this organisation has uploaded, or that stand in the case already: a hash that
 * somebody knows is not yet the right to read the file.
 */
export async function refuseUnknownFiles(parts: ApiParts, person: Person, contents: Record<string, Json>, caseId: string | null): Promise<void> {
  const wanted = [...new Set(filesIn(contents))]
  if (wanted.length === 0) return
  const uploaded = await readingAsSystem(parts, (tx) => tx.selectFrom('attachment_upload').select('sha256').where('organization', '=', person.organization.id).where('sha256', 'in', wanted).execute())
  const known = new Set(uploaded.map((row) => row.sha256))
  const inCase = caseId === null || wanted.every((hash) => known.has(hash)) ? new Set<string>() : await filesOfCase(parts, person, caseId)
  const missing = wanted.filter((hash) => !known.has(hash) && !inCase.has(hash))
  if (missing.length > 0) throw problemOf(422, 'file-must-be-uploaded', '所附文件尚未由本单位上传。', '请先上传文件，再提交。', { files: missing.slice(0, FILES_SHOWN) })
}

const FILES_SHOWN = 20
