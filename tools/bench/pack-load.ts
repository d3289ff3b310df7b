import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { PackLibrary } from '#adapters/packs/pack-library.ts'
import { readPacks } from '#adapters/packs/read-pack.ts'
import { figureLine, percentile, timed } from './figure.ts'
import type { Print } from './figure.ts'

const PACKS = 'packs'
const RUNS = 5
const BUDGET_S = 3

/** All packs from their source to a library that governs, beside the plain parsing of the same files. The first run counts: a start has no second. */
export async function benchPacks(print: Print): Promise<void> {
  const calendar = await readWorkingCalendar(join(PACKS, 'national-holidays'))
  const load = async () => new PackLibrary(calendar, '').load(readPacks(PACKS))
  const first = await timed(load)
  const later: number[] = []
  for (let run = 0; run < RUNS; run += 1) later.push(await timed(load))
  const files = readdirSync(PACKS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
  const plain = await timed(async () => files.map((name) => parse(readFileSync(join(PACKS, name), 'utf8'), { merge: true })))
  print(figureLine({ name: 'all packs from source, first time', value: first / 1000, unit: 's', reference: { what: `plain parsing of the ${files.length} files, warm`, value: plain / 1000 }, budget: { bound: BUDGET_S, is: 'at-most' } }))
  print(`  again in the same process: ${percentile(later, 0.5).toFixed(0)} ms; a compiled form is not kept yet, so that its budget of 300 ms is not measured`)
}
