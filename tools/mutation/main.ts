/**
 * Changes one rule of a pack at a time and asks who notices: golden cases, pack-check, the stories of the pack.
 *
 *   npm run mutate                       every pack; fails where fewer than 95 % of the mutants are killed
 *   npm run mutate -- <pack> …           these packs
 *     --write                            writes the survivors to docs/conformance/mutation.md
 *     --survivors <folder>               writes them to <folder>/survivors-<pack>.md as well
 *     --only <text>                      only mutants whose name holds the text, each printed with what killed it
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { readReasons } from './reasons.ts'
import { share } from './share.ts'
import type { PackResult } from './share.ts'
import { BUDGET_PERCENT, percentKilled, staleReasons, survivorsOf, survivorsPage, tableOf } from './report.ts'

const PAGE = 'docs/conformance/mutation.md'
const WORKERS = 2 // processes: a machine of two cores serves others too

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false }, survivors: { type: 'string' }, only: { type: 'string' } },
})
const known = readdirSync('packs', { withFileTypes: true }).filter((one) => one.isDirectory() && readdirSync(join('packs', one.name)).includes('pack.yaml')).map((one) => one.name)
const unknown = positionals.filter((id) => !known.includes(id))
if (unknown.length > 0) {
  console.log(`no pack is called ${unknown.join(', ')}; there are: ${known.join(', ')}`)
  process.exit(2)
}
const reasons = readReasons()
const results: PackResult[] = []
let red = 0
for (const pack of positionals.length > 0 ? positionals : known) {
  const since = performance.now()
  const result = await share(pack, WORKERS, values.only)
  results.push(result)
  red += result.red.length
  console.log(`— ${pack}: ${result.judged.length} mutants on ${result.tests} tests in ${((performance.now() - since) / 1000).toFixed(0)} s`)
  for (const line of result.red) console.log(`  NOT GREEN on the unchanged packs, kills nothing: ${line}`)
  for (const file of result.left) console.log(`  starts real processes, not told again per mutant: ${file}`)
  for (const line of tableOf(result, reasons)) console.log(`  ${line}`)
  for (const one of survivorsOf(result, reasons)) console.log(`  survives ${one.place} ${one.id}: ${one.what}${one.met ? '' : ' (no story comes by)'}${one.crashed === null ? '' : ` (crashes only: ${one.crashed})`}`)
  for (const id of values.only === undefined ? staleReasons(result, reasons) : []) {
    red += 1
    console.log(`  NOT A SURVIVOR, take it out of tools/mutation/equivalent.yaml: ${id}`)
  }
  if (values.only !== undefined) for (const one of result.judged) if (one.verdict.killed !== null) console.log(`  killed ${one.place} ${one.id}: ${one.verdict.killed}, ${one.verdict.by}`)
  if (values.survivors !== undefined) save(join(values.survivors, `survivors-${pack}.md`), survivorsPage([result], reasons))
}
if (values.write) save(PAGE, survivorsPage(results, reasons))
const percent = percentKilled(results, reasons)
console.log(`mutate: ${percent.toFixed(1)} % killed of ${results.reduce((sum, one) => sum + one.judged.length, 0)} mutants; the budget is ${BUDGET_PERCENT} %`)
process.exitCode = percent >= BUDGET_PERCENT && red === 0 ? 0 : 1

function save(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.log(`wrote ${path}`)
}
