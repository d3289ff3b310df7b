import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'

const PACKS = fileURLToPath(new URL('../security/packs', import.meta.url))
/** The small pack of the tests, and what becomes of it as a draft of the next year. */
const DRAFT = [['trial-2026', 'trial-2027-draft'], ['tr26', 'tr27'], ['title: 试用规则', 'title: 试用规则（征求意见稿）'], ['# 试用规则', '# 试用规则（征求意见稿）'], ['status: in-force', 'status: draft']] as const

/** A server with one small pack in force and its draft for next year, and a preview space. */
export async function startTrialSpace(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-packs-'))
  await cp(join(PACKS, 'trial-2026'), join(folder, 'trial-2026'), { recursive: true })
  const draft = join(folder, 'trial-2027-draft')
  await cp(join(PACKS, 'trial-2026'), draft, { recursive: true })
  const files = (await readdir(draft, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  await Promise.all(files.map(async (file) => {
    const text = await readFile(file, 'utf8')
    await writeFile(file, DRAFT.reduce((before, [from, to]) => before.replaceAll(from, to), text))
  }))
  const server = await startTestServer({ packsDir: folder, preview: true })
  return { ...server, stop: async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  } }
}
