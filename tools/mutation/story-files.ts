import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const CONFORMANCE = 'tests/conformance'
const PACK_TESTS = 'tests/packs'
/** What a file imports that starts real processes; its tests are no pure stories and are not told again per mutant. */
const REAL_PARTS = /from '[^']*(support\/(server|database|cluster|browser|global-setup)|adapters\/(postgres|cases|sandbox|vault)\/|apps\/|\/jobs?\.ts)/

/** The files of stories for some packs: those of their regulations, and those beside the packs that may ask for any. */
export function storyFiles(packs: readonly string[]): { stories: string[]; left: string[] } {
  const below = (folder: string) => (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)) : [])
  const own = packs.flatMap((id) => below(join(CONFORMANCE, id)).filter((path) => path.endsWith('.test.ts')))
  const all = [...own, ...below(PACK_TESTS).filter((path) => path.endsWith('-stories.test.ts'))].toSorted()
  const left = all.filter((path) => REAL_PARTS.test(readFileSync(path, 'utf8')))
  return { stories: all.filter((path) => !left.includes(path)), left }
}
