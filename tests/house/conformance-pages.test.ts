import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accountsSchema } from '#tools/conformance/account.ts'
import { SCENARIOS, conformancePages } from '#tools/conformance/pages.ts'
import { readRegisters } from '#tools/conformance/registers.ts'
import { idsOfTitle } from '#tools/conformance/scenario-title.ts'
import { holdsTitle, scenarioFiles, titlesInSource } from '#tools/conformance/test-titles.ts'

/**
 * The pages under docs/conformance say what the last `npm run conformance` found. Nothing is run here: the titles in
 * the sources are compared with those that the pages name, and the pages with what would be written again.
 */
const registers = readRegisters()
const accounts = accountsSchema.parse(JSON.parse(readFileSync(SCENARIOS, 'utf8')))
const sources = new Map(scenarioFiles().map((file) => [file.path, titlesInSource(file)]))
const CURE = 'run `npm run conformance` and commit docs/conformance'

test('five registers with 918 obligations are accounted for', () => {
  expect(registers.map((one) => one.regulation)).toEqual(Object.keys(accounts))
  for (const register of registers) {
    expect(Object.keys(accounts[register.regulation] ?? {}), `${register.regulation}: ${CURE}`).toEqual(register.obligations.map(({ id }) => id))
  }
  expect(registers.flatMap((one) => one.obligations)).toHaveLength(918)
})

test('the pages are those that would be written from what the last run found', () => {
  const stale = [...conformancePages(registers, accounts)].filter(([path, text]) => readFileSync(path, 'utf8') !== text).map(([path]) => path)
  expect(stale, CURE).toEqual([])
})

test('every scenario that the pages name stands in its file', () => {
  const tests = Object.values(accounts).flatMap((own) => Object.values(own)).flatMap((one) => one.tests)
  expect(tests.length).toBeGreaterThan(0)
  const gone = tests.filter(({ file, title }) => !holdsTitle(sources.get(file) ?? { fixed: new Set(), made: [] }, title)).map(({ file, title }) => `${file}: ${title}`)
  expect([...new Set(gone)], CURE).toEqual([])
})

test('every scenario that stands in a file is named by the pages', () => {
  const named = new Set(Object.values(accounts).flatMap((own) => Object.values(own)).flatMap((one) => one.tests.map(({ file, title }) => `${file}: ${title}`)))
  const unnamed = [...sources].flatMap(([file, { fixed }]) => [...fixed].filter((title) => idsOfTitle(title).length > 0).map((title) => `${file}: ${title}`))
  expect(unnamed.filter((one) => !named.has(one)), CURE).toEqual([])
})

test('a title in a source is found whether it is fixed, from a table, or from a template', () => {
  const titles = titlesInSource({ path: 'x.test.ts', text: [
    "test('aa25-1.1: plain', () => undefined)",
    "test.each([['aa25-2', 3]])('%s: %d days', () => undefined)",
    "test.each([{ id: 'aa25-3' }])('$id: named', () => undefined)",
    'test(`aa25-4: ${made}`, () => undefined)',
  ].join('\n') })
  for (const title of ['aa25-1.1: plain', 'aa25-2: 3 days', 'aa25-3: named', 'aa25-4: anything']) expect(holdsTitle(titles, title), title).toBe(true)
  for (const title of ['aa25-1.1: plainer', 'aa25-2: three', 'aa25-4']) expect(holdsTitle(titles, title), title).toBe(false)
})
