import { mkdirSync, writeFileSync } from 'node:fs'
import type { ReadPack } from '#adapters/packs/read-pack.ts'
import { generatedPages } from './generated-pages.ts'

/** Writes the generated pages: `docs/rules/<pack>.md`, the vocabulary in the authoring guide, `docs/schema/<file>.json`; returns their paths. */
export function writePages(packs: ReadonlyMap<string, ReadPack>): string[] {
  for (const folder of ['docs/rules', 'docs/schema']) mkdirSync(folder, { recursive: true })
  const pages = generatedPages(packs)
  for (const [path, text] of pages) writeFileSync(path, text)
  return [...pages.keys()]
}
