/**
 * Asks every golden case of the packs and compares the answers with what is recorded.
 *
 *   npm run golden                      every pack; fails where an answer differs from the record
 *   npm run golden -- <pack> …          these packs
 *     --write                           records the answers anew, after they were read through
 *     --seeds                           tells the stories again first, and keeps the acts that made-up contents miss
 *     --missing                         names the checks and outcomes that no case reaches
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { readPacks } from '#adapters/packs/read-pack.ts'
import { differences, goldenLaw, packCases, pagesOf, readPages, writePages } from './recorded.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false }, seeds: { type: 'boolean', default: false }, missing: { type: 'boolean', default: false } } })

let different = 0
for (const [id, { source }] of readPacks('packs')) {
  if (positionals.length > 0 && !positionals.includes(id)) continue
  if (values.seeds) execFileSync(process.execPath, ['--import', 'tsx', 'tests/golden/take-seeds.ts', id], { stdio: 'inherit' })
  const since = performance.now()
  const law = await goldenLaw(id)
  const found = packCases(law, source)
  const pages = pagesOf(law, found)
  const lines = differences(readPages(id), pages)
  console.log(`${id}: ${found.cases.length + found.contents.length + found.policies.length} golden cases on ${pages.size} pages in ${((performance.now() - since) / 1000).toFixed(1)} s; ${found.unreached.length} outcomes and ${found.untripped.length} checks not reached; ${lines.length} pages differ`)
  if (values.missing) for (const line of [...found.unreached, ...found.untripped]) console.log(`  not reached: ${line}`)
  if (values.write) writePages(id, pages)
  else for (const line of lines) console.log(`  ${line}`)
  different += values.write ? 0 : lines.length
}
process.exitCode = different === 0 ? 0 : 1
