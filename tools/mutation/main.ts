/**
 * Changes one rule of a pack at a time and asks who notices: golden cases, pack-check, the scenarios of the pack.
 *
 *   npm run mutate                       every pack; fails where fewer than 95 % of the mutants are killed
 *   npm run mutate -- <pack> …           these packs
 *     --write                            writes the table and the survivors to docs/conformance/mutation.md
 *     --each <n>                         asks the scenarios about every n-th mutant also where a golden case notices it; 1 is every one
 *     --survivors <folder>               writes what survives, and what no scenario notices, to <folder>/<pack>.md as well
 *     --only <text>                      only mutants whose name holds the text, each printed with what killed it
 *     --workers <n>                      processes at once; 2 where nothing is said
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { share } from './share.ts'
import type { PackResult } from './share.ts'
import { BUDGET_PERCENT, killerOf, mutationPage, percentKilled, survivorLine, survivorsOf, tableOf, unnoticedByScenarios } from './report.ts'

const PAGE = 'docs/conformance/mutation.md'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false }, each: { type: 'string', default: '0' }, survivors: { type: 'string' }, only: { type: 'string' }, workers: { type: 'string', default: '2' } },
})
const known = readdirSync('packs', { withFileTypes: true }).filter((one) => one.isDirectory() && readdirSync(join('packs', one.name)).includes('pack.yaml')).map((one) => one.name)
const unknown = positionals.filter((id) => !known.includes(id))
const [workers, each] = [Number(values.workers), Number(values.each)]
if (unknown.length > 0 || !Number.isSafeInteger(workers) || workers < 1 || !Number.isSafeInteger(each) || each < 0) {
  console.log(unknown.length > 0 ? `no pack is called ${unknown.join(', ')}; there are: ${known.join(', ')}` : `--workers is a whole number from 1, --each one from 0; not ${values.workers} and ${values.each}`)
  process.exit(2)
}
const results: PackResult[] = []
let red = 0
for (const pack of positionals.length > 0 ? positionals : known) {
  const since = performance.now()
  const result = await share(pack, workers, { only: values.only, each })
  results.push(result)
  red += result.red.length
  console.log(`— ${pack}: ${result.judged.length} mutants on ${result.cases} golden cases and ${result.tests} scenarios in ${((performance.now() - since) / 1000).toFixed(0)} s`)
  for (const line of result.red) console.log(`  NOT GREEN on the unchanged packs, kills nothing: ${line}`)
  for (const file of result.left) console.log(`  starts real processes, not told again per mutant: ${file}`)
  for (const line of tableOf(result)) console.log(`  ${line}`)
  for (const one of survivorsOf(result)) console.log(`  survives ${survivorLine(one)}`)
  if (values.only !== undefined) for (const { place, id, verdict } of result.judged) if (killerOf(verdict) !== null) console.log(`  killed ${place} ${id}: ${verdict.golden ?? verdict.check ?? ''}${verdict.stories === null || verdict.stories.by === null ? '' : ` | ${verdict.stories.by}`}`)
  if (values.survivors !== undefined) save(join(values.survivors, `${pack}.md`), [...survivorsOf(result).map((one) => `- survives ${survivorLine(one)}`), ...unnoticedByScenarios(result).map((one) => `- no scenario notices ${survivorLine(one)}`), ''].join('\n'))
}
if (values.write) save(PAGE, mutationPage(results))
const percent = percentKilled(results)
console.log(`mutate: ${percent.toFixed(1)} % killed of ${results.reduce((sum, one) => sum + one.judged.length, 0)} mutants; the budget is ${BUDGET_PERCENT} %`)
process.exitCode = percent >= BUDGET_PERCENT && red === 0 ? 0 : 1

function save(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.log(`wrote ${path}`)
}
