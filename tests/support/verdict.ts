import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { writeCaseBundle } from './case-bundle.ts'
import type { ToldAct } from './case-bundle.ts'

type Verdict = { findings: { code: string; place: string; text: string }[] }
// The verifier is plain JavaScript that shares nothing with the project, types included.
const verifier: { verifyBundle(path: string, options: { keys?: readonly string[] }): Verdict } = await import(new URL('../../apps/verifier/verify.mjs', import.meta.url).href)
const notices = await readHolidayNotices('packs/national-holidays')

/** An entry after all others, so that no case stands at the end of the log. */
const LAST: EvidenceDraft = {
  type: 'login', legalDate: '2026-12-01', actor: 'drafter', onBehalfOf: 'anybody', office: 'anybody', action: 'login',
  object: { kind: 'session', id: 'session-1' }, decision: 'allow', detail: {},
}

/** What the offline verifier finds in the acts of a story, exported as the platform exports them: `code text`, one each. */
export async function findingsIn(acts: readonly ToldAct[], law: CaseLaw, others: readonly EvidenceDraft[] = [], before: readonly EvidenceDraft[] = []): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'verdict-'))
  try {
    const keys = await openSigningKeys(join(directory, 'keys'), 'data.example/evidence')
    const path = join(directory, 'bundle.jsonl')
    await writeCaseBundle(path, { acts, laws: [law], notices, before, others: [...others, LAST] }, keys)
    return verifier.verifyBundle(path, { keys: keys.publicKeys }).findings.map(({ code, text }) => `${code} ${text}`)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** A copy of what was told, to be forged. */
export const forged = (acts: readonly ToldAct[], forge: (acts: ToldAct[]) => void): ToldAct[] => {
  const copy = structuredClone([...acts])
  forge(copy)
  return copy
}
