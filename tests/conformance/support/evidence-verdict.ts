import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportBundle } from '#adapters/evidence/bundle.ts'
import { bundleParts } from '#apps/api/evidence-parts.ts'
import type { Retelling } from './retelling-parts.ts'

type Verdict = { findings: { code: string; place: string; text: string }[]; entries: number }
// The verifier is plain JavaScript that shares nothing with the project, types included.
const verifier: { verifyBundle(path: string, options: { keys: readonly string[] }): Verdict } = await import(new URL('../../../apps/verifier/verify.mjs', import.meta.url).href)

/** Exports the whole evidence of a platform as it does itself, and has it checked by the offline verifier, replays included. */
export async function verdictOn({ evidence, keys, database }: Retelling): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-verdict-'))
  try {
    const { size } = await evidence.checkpoint()
    const range = { from: 0, to: size }
    const path = join(folder, 'bundle.jsonl')
    await exportBundle(evidence.pool, keys, { ...range, size }, bundleParts({ db: database.app.db, config: { calendarDir: 'packs/national-holidays' } }, range), path)
    return verifier.verifyBundle(path, { keys: keys.publicKeys })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
