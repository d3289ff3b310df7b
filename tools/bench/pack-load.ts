import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { compiledPacks } from '#adapters/packs/compiled-packs.ts'
import { PackLibrary } from '#adapters/packs/pack-library.ts'
import { readPacks } from '#adapters/packs/read-pack.ts'
import { figureLine, percentile, timed } from './figure.ts'
import type { Print } from './figure.ts'

const PACKS = 'packs'
const NOTICES = join(PACKS, 'national-holidays')
const RUNS = 5
const SOURCE_S = 3
const COMPILED_MS = 300

/**
 * All packs to a library that governs: from their source, beside the plain parsing of the same files; and from the
 * compiled form that a start keeps, beside the plain parsing of its JSON. The first run counts: a start has no second.
 */
export async function benchPacks(print: Print): Promise<void> {
  const calendar = await readWorkingCalendar(NOTICES)
  const source = async () => new PackLibrary(calendar, '').load(readPacks(PACKS))
  const first = await timed(source)
  const again: number[] = []
  for (let run = 0; run < RUNS; run += 1) again.push(await timed(source))
  const files = readdirSync(PACKS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
  const plain = await timed(async () => files.map((name) => parse(readFileSync(join(PACKS, name), 'utf8'), { merge: true })))
  print(figureLine({ name: 'all packs from source, first time', value: first / 1000, unit: 's', reference: { what: `plain parsing of the ${files.length} files, warm`, value: plain / 1000 }, budget: { bound: SOURCE_S, is: 'at-most' } }))
  print(`  again in the same process: ${percentile(again, 0.5).toFixed(0)} ms`)
  await benchCompiled(print, calendar)
}

async function benchCompiled(print: Print, calendar: Awaited<ReturnType<typeof readWorkingCalendar>>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'gongshu-bench-packs-'))
  try {
    const load = async () => {
      const packs = await compiledPacks(PACKS, NOTICES, calendar, directory)
      new PackLibrary(calendar, '').loadCompiled(packs.editions)
      return packs.from
    }
    const made = await timed(load)
    const first = await timed(async () => {
      if ((await load()) !== 'kept') throw new Error('the packs changed while they were measured')
    })
    const again: number[] = []
    for (let run = 0; run < RUNS; run += 1) again.push(await timed(load))
    const [kept = ''] = readdirSync(directory)
    const text = readFileSync(join(directory, kept), 'utf8').split('\n').slice(1).join('\n')
    const plain = await timed(async () => JSON.parse(text))
    print(figureLine({ name: 'all packs compiled, first time', value: first, unit: 'ms', reference: { what: `plain parsing of the ${(text.length / BYTES_PER_MB).toFixed(1)} MB of JSON`, value: plain }, budget: { bound: COMPILED_MS, is: 'at-most' } }))
    print(`  again in the same process: ${percentile(again, 0.5).toFixed(0)} ms; checked and compiled anew: ${(made / 1000).toFixed(1)} s`)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const BYTES_PER_MB = 1_000_000
