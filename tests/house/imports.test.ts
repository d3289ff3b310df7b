import { describe, expect, test } from 'vitest'
import { breachesIn } from '#tools/house/import-rules.ts'
import { moduleGraph } from '#tools/house/module-graph.ts'
import type { ModuleGraph } from '#tools/house/module-graph.ts'
import { parseCode } from '#tools/house/parsed-code.ts'
import { checkoutOf, openCheckout } from '#tools/tidy/checkout.ts'
import type { Checkout } from '#tools/tidy/checkout.ts'
import { subpathsOf } from '#tools/tidy/check-reach.ts'

/** The house of ARCHITECTURE.md, section 2: imports run one way, and this fails where one does not. */
const house = openCheckout(process.cwd())

function graphOf(checkout: Checkout): ModuleGraph {
  return moduleGraph(checkout.code, new Set(checkout.files.map(({ path }) => path)), subpathsOf(house))
}

test('the house as it stands keeps its rules', () => {
  const graph = graphOf(house)
  const edges = [...graph.values()].flat()
  // A graph that sees nothing would be content with everything.
  expect(edges.filter((edge) => edge.to?.startsWith('core/')).length).toBeGreaterThan(0)
  const lines = breachesIn(graph).map(({ from, line, request, rule }) => `${from}:${line} imports ${request}: ${rule}`)
  expect(lines).toEqual([])
})

/** Plants files in an otherwise sound house and tells the rules that break. */
function rulesBroken(files: Record<string, string>): string[] {
  const planted = Object.entries(files).map(([path, text]) => ({ path, text }))
  return breachesIn(graphOf(checkoutOf([...SOUND, ...planted]))).map(({ from, rule }) => `${from}: ${rule}`)
}

const SOUND = [
  { path: 'core/a.ts', text: "import { z } from 'zod'\nexport const a = z.string()\nexport type A = string\n" },
  { path: 'adapters/sql/open.ts', text: "import { readFileSync } from 'node:fs'\nimport { a } from '#core/a.ts'\nexport const open = [a, readFileSync]\n" },
  { path: 'capabilities/supply/demands/demands.ts', text: "import { a } from '#core/a.ts'\nexport const d = a\n" },
  { path: 'capabilities/supply/demands/demands.facts.ts', text: "import { open } from '#adapters/sql/open.ts'\nexport const facts = open\nexport type F = 1\n" },
  { path: 'capabilities/supply/demands/demands.store.ts', text: "import { open } from '#adapters/sql/open.ts'\nexport const store = open\nexport type S = 1\n" },
  { path: 'apps/api/main.ts', text: "import { store } from '#capabilities/supply/demands/demands.store.ts'\nexport const api = store\n" },
  { path: 'apps/api/wire/case-view.ts', text: 'export type CaseView = string\nexport const caseView = 1\n' },
  { path: 'tests/support/seed.ts', text: 'export const seed = 1\n' },
]

test('a sound house breaks no rule', () => {
  expect(rulesBroken({})).toEqual([])
})

describe('what breaks the build', () => {
  const core = 'core imports nothing of ours'
  const library = 'core imports no library but a schema library, and nothing of Node'
  const adapters = 'only .facts .store .effects .routes .job of a capability import adapters'
  const facts = 'capabilities meet only through published facts (.facts.ts)'
  const types = 'a plain file of a capability takes types only from files that touch the outside'
  const apps = 'nobody imports apps'

  test.each([
    ['core/x.ts', "import { open } from '#adapters/sql/open.ts'", core],
    ['core/x.ts', "import type { F } from '#capabilities/supply/demands/demands.facts.ts'", core],
    ['core/x.ts', "export type F = import('../adapters/sql/open.ts').open", core],
    ['core/x.ts', "export const late = import('../adapters/sql/open.ts')", core],
    ['core/x.ts', "import 'node:fs'", library],
    ['core/x.ts', "export { Pool } from 'pg'", library],
    ['adapters/mail/x.ts', "import { d } from '#capabilities/supply/demands/demands.ts'", 'adapters import core and each other only'],
    ['capabilities/supply/demands/x.ts', "import { open } from '#adapters/sql/open.ts'", adapters],
    ['capabilities/supply/demands/x.ts', "import type { open } from '#adapters/sql/open.ts'", adapters],
    ['capabilities/supply/demands/x.ts', "import { store } from './demands.store.ts'", types],
    ['capabilities/supply/demands/x.ts', "import { hash } from 'node:crypto'", 'a plain file of a capability touches nothing outside; give it a licence by suffix (.facts .store .effects .routes .job) or move that part'],
    ['capabilities/supply/quality/x.store.ts', "import { store } from '#capabilities/supply/demands/demands.store.ts'", facts],
    ['capabilities/supply/quality/x.ts', "import { d } from '#capabilities/supply/demands/demands.ts'", facts],
    ['capabilities/supply/quality/x.ts', "import { facts } from '#capabilities/supply/demands/demands.facts.ts'", types],
    ['capabilities/supply/demands/x.routes.ts', "import { api } from '#apps/api/main.ts'", 'a capability imports core, adapters and published facts only'],
    ['tools/x/main.ts', "import { api } from '#apps/api/main.ts'", apps],
    ['apps/worker/main.ts', "import { api } from '#apps/api/main.ts'", apps],
    ['apps/worker/main.ts', "import type { CaseView } from '#apps/api/wire/case-view.ts'", apps],
    ['apps/console/x.tsx', "import { caseView } from '#apps/api/wire/case-view.ts'", 'console and portal take types only from apps/api/wire'],
    ['apps/console/x.tsx', "import type { api } from '#apps/api/main.ts'", apps],
    ['apps/cli/x.ts', "import { caseView } from '#apps/api/wire/case-view.ts'", 'cli starts other apps through the files right below their folder only'],
    ['demo/x.ts', "import { open } from '#adapters/sql/open.ts'", 'the demonstration city is data: it imports core only'],
    ['apps/api/x.ts', "import { seed } from '#tests/support/seed.ts'", 'what runs in production imports no test'],
    ['tools/x/main.ts', "import { seed } from '#tests/support/seed.ts'", 'what runs in production imports no test'],
    ['core/x.ts', "import { y } from '#core/missing.ts'", 'the file does not exist'],
  ])('%s: %s', (path, text, rule) => {
    expect(rulesBroken({ [path]: `${text}\n` })).toEqual([`${path}: ${rule}`])
  })

  test('a circle, told once with all its members', () => {
    const circle = { 'core/x.ts': "import './y.ts'\n", 'core/y.ts': "import './z.ts'\n", 'core/z.ts': "import './x.ts'\n" }
    expect(rulesBroken(circle)).toEqual(['core/x.ts: files do not load each other in a circle'])
  })
})

describe('what does not', () => {
  test.each([
    ['core/x.ts', "import { a } from './a.ts'"],
    ['adapters/mail/x.ts', "import { open } from '#adapters/sql/open.ts'"],
    ['capabilities/supply/demands/x.job.ts', "import { store } from './demands.store.ts'\nimport 'node:fs'"],
    ['capabilities/supply/demands/x.ts', "import type { S } from './demands.store.ts'"],
    ['capabilities/supply/quality/x.ts', "import type { F } from '#capabilities/supply/demands/demands.facts.ts'"],
    ['capabilities/supply/quality/x.effects.ts', "import { facts } from '#capabilities/supply/demands/demands.facts.ts'"],
    ['apps/console/x.tsx', "import { type CaseView } from '#apps/api/wire/case-view.ts'"],
    ['apps/cli/x.ts', "import { api } from '#apps/api/main.ts'"],
    ['tools/mutation/x.ts', "import { seed } from '#tests/support/seed.ts'"],
    ['tools/x/main.ts', "import { store } from '#capabilities/supply/demands/demands.store.ts'"],
    ['core/x.test.ts', "import { open } from '#adapters/sql/open.ts'"],
    ['tests/journeys/x.ts', "import { api } from '#apps/api/main.ts'"],
  ])('%s: %s', (path, text) => {
    expect(rulesBroken({ [path]: `${text}\n` })).toEqual([])
  })

  test('a circle of types only, or closed by a late import', () => {
    expect(rulesBroken({ 'core/x.ts': "import type { Y } from './y.ts'\nexport type X = Y\n", 'core/y.ts': "import './x.ts'\nexport type Y = 1\n" })).toEqual([])
    expect(rulesBroken({ 'core/x.ts': "export const y = import('./y.ts')\n", 'core/y.ts': "import './x.ts'\n" })).toEqual([])
  })
})

test('the parser gives lines by which an import is found', () => {
  const file = parseCode({ path: 'core/x.ts', text: "// 甲𠮷\n\nimport { a } from './a.ts'\n" })
  const [edge] = moduleGraph([file], new Set(['core/a.ts']), {}).get('core/x.ts') ?? []
  expect(edge).toMatchObject({ line: 3, to: 'core/a.ts', typeOnly: false })
})
