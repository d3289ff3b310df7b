import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readWorkingCalendar } from '#adapters/calendar/holiday-notices.ts'
import { compiledPacks } from './compiled-packs.ts'
import { PackLibrary } from './pack-library.ts'
import { readPacks } from './read-pack.ts'

const CALENDAR = 'packs/national-holidays'
const calendar = await readWorkingCalendar(CALENDAR)
let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'compiled-packs-'))
  for (const pack of ['national-authorization-2025', 'national-registration-2025']) cpSync(join('packs', pack), join(directory, 'packs', pack), { recursive: true })
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const read = () => compiledPacks(join(directory, 'packs'), CALENDAR, calendar, join(directory, 'kept'))
const keptFile = () => join(directory, 'kept', readdirSync(join(directory, 'kept')).join())

test('what was made is kept, and read again without its sources being parsed', async () => {
  const made = await read()
  const kept = await read()
  expect([made.from, kept.from]).toEqual(['made', 'kept'])
  expect(JSON.stringify(kept.editions)).toBe(JSON.stringify(made.editions))
})

test('the kept packs are what the library compiles from source, in the same order', async () => {
  const fromSource = new PackLibrary(calendar, '')
  fromSource.load(readPacks(join(directory, 'packs')))
  await read()
  const fromKept = new PackLibrary(calendar, '')
  fromKept.loadCompiled((await read()).editions)
  expect(fromKept.all.map((law) => law.ref)).toEqual(fromSource.all.map((law) => law.ref))
  expect(JSON.stringify(fromKept.all.map((law) => law.pack))).toBe(JSON.stringify(fromSource.all.map((law) => law.pack)))
})

test('a changed source is compiled anew, and what was kept of the old one is gone', async () => {
  const before = await read()
  appendFileSync(join(directory, 'packs', 'national-registration-2025', 'terms.yaml'), '\n# a remark\n')
  const after = await read()
  expect(after.from).toBe('made')
  expect(after.editions.map((one) => one.digest)).toEqual(before.editions.map((one) => one.digest))
  expect(readdirSync(join(directory, 'kept'))).toHaveLength(1)
})

test('a kept file that was changed by a hand is not trusted', async () => {
  await read()
  const path = keptFile()
  writeFileSync(path, readFileSync(path, 'utf8').replace('"status":"in-force"', '"status":"repealed"'))
  const again = await read()
  expect(again.from).toBe('made')
  expect(again.editions.map((one) => one.pack.manifest.status)).not.toContain('repealed')
  expect((await read()).from).toBe('kept')
})
