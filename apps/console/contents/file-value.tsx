import { createContext, use } from 'react'
import type { JsonObject } from '#core/json.ts'
import { api } from '#apps/console/paths.ts'

const HASH_SHOWN = 12 // hex digits: enough for the eye; the whole hash is in the title
const UNIT = 1024
const UNITS = ['B', 'KB', 'MB', 'GB']

/** The case in which a file stands: its parties may read it there. Null outside any case, where one's own uploads are read. */
export const CaseOfFiles = createContext<string | null>(null)

/** `1536` → `1.5 KB`. */
export function sizeText(bytes: number): string {
  const power = bytes < UNIT ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(UNIT)))
  const value = bytes / UNIT ** power
  return `${Number(value.toFixed(value < 10 && power > 0 ? 1 : 0))} ${UNITS[power] ?? ''}`
}

/** An attached file: its name to download it, its size, the beginning of its hash. */
export function FileValue({ file }: { file: JsonObject }) {
  const caseId = use(CaseOfFiles)
  const { name, size, sha256 } = file
  if (typeof name !== 'string' || typeof sha256 !== 'string') return null
  return (
    <span>
      <a href={api.file(sha256, caseId)} download={name}>{name}</a>{' '}
      <span className="quiet">
        {typeof size === 'number' ? sizeText(size) : ''} <span className="mono" title={`SHA-256 ${sha256}`}>SHA-256 {sha256.slice(0, HASH_SHOWN)}…</span>
      </span>
    </span>
  )
}
