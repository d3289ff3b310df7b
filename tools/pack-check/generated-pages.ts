import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadPack } from '#adapters/packs/read-pack.ts'
import { compilePack } from '#core/pack/compiled-pack.ts'
import { renderMarkdown } from '#core/pack/render-markdown.ts'
import { editorSchemas } from './editor-schemas.ts'
import { vocabularyTables } from './vocabulary-tables.ts'

/** The authoring guide; what stands between these two lines is generated. */
export const GUIDE = 'docs/authoring.md'
const BEGIN = '<!-- 词表：由 tools/pack-check/generate.ts 生成 -->'
const END = '<!-- 词表止 -->'

/** Every generated page by its path: one for each pack, the guide with its vocabulary, and the editor schemas. */
export function generatedPages(packs: ReadonlyMap<string, ReadPack>, root = '.'): Map<string, string> {
  const sources = new Map([...packs].map(([id, pack]) => [id, pack.source]))
  const pages = new Map([...packs.keys()].map((id) => [`docs/rules/${id}.md`, `${renderMarkdown(compilePack(id, sources)).trimEnd()}\n`]))
  const guide = readFileSync(join(root, GUIDE), 'utf8')
  const [begin, end] = [guide.indexOf(BEGIN), guide.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${GUIDE} has lost the lines “${BEGIN}” and “${END}” between which the vocabulary stands`)
  pages.set(GUIDE, `${guide.slice(0, begin)}${BEGIN}\n\n${vocabularyTables()}\n\n${guide.slice(end)}`)
  for (const [path, text] of editorSchemas()) pages.set(path, text)
  return pages
}
