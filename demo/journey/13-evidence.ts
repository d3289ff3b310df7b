import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { documentsOfStory } from './documents.ts'
import type { Story } from './story.ts'

const VERIFIER = fileURLToPath(new URL('../../apps/verifier/verify.mjs', import.meta.url))
const OWNER_ONLY = 0o600

/** What the verifier said: its last line, and its exit code. */
export type Verdict = { line: string; code: number }

/**
 * Chapter 13: the auditor takes the whole log and its cases along, and a verifier without any code of the platform
 * checks hashes, proofs and signatures and replays the cases under the bundled packs.
 * @param keysFile the public keys as their owner published them; null: those in the bundle, pinned by their digest,
 * which proves that the bundle is whole but not whose it is.
 */
export async function evidenceChapter(story: Story, bundle: string, keysFile: string | null): Promise<Verdict> {
  story.narrator.chapter('十三、全程存证和离线验证')
  await documentsOfStory(story)
  const [auditor, stranger] = [await story.as('gl-shenji'), await story.operator('clerk')]
  const path = '/api/evidence/bundle'
  await stranger.refused('permission-must-be-granted', null, () => stranger.story.door.download(path, stranger.ticket))
  const bytes = await auditor.story.door.download(path, auditor.ticket)
  await writeFile(bundle, bytes, { mode: OWNER_ONLY })
  story.narrator.note(`审计管理员 ${auditor.session.person.name} 导出存证包：${bytes.length} 字节，${bundle}`)
  const trust = keysFile === null ? pinsOf(bytes).flatMap((pin) => ['--pin', pin]) : ['--keys', keysFile]
  return verified(story, [bundle, ...trust])
}

async function verified(story: Story, args: string[]): Promise<Verdict> {
  const child = spawn(process.execPath, [VERIFIER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) lines.push(line)
  const [code] = (await ended) as [number | null] // what Node says of an exit
  for (const line of lines.slice(0, -1)) story.narrator.note(line)
  return { line: lines.at(-1) ?? 'NOT verified: the verifier said nothing', code: code ?? 1 }
}

function pinsOf(bundle: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bundle.subarray(0, KEYS_WITHIN)).split('\n')
  const keys = lines.filter((line) => line.startsWith('{"kind":"key"')).map((line) => (JSON.parse(line) as { key: string }).key) // lines that the bundle's format defines
  return keys.map((key) => createHash('sha256').update(key).digest('hex'))
}

const KEYS_WITHIN = 65_536 // bytes; the keys are in the first lines
