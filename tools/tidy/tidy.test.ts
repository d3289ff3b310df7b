import { describe, expect, test } from 'vitest'
import { checkoutOf } from './checkout.ts'
import { sentence } from './finding.ts'
import { tidy } from './tidy.ts'
import { wordsToAvoid } from './check-words.ts'
import { readSourceTree } from '#tools/house/source-tree.ts'

/** The real lists of this folder, so that a story tests what `npm run tidy` does. */
const LISTS = readSourceTree(process.cwd())
  .filter(({ path }) => ['tools/tidy/words.yaml', 'tools/tidy/places.yaml'].includes(path))
  .map(({ path, text }) => ({ path, text }))

/** What tidy says of these files beside a test that reaches them all. Paths to texts. */
function saysOf(files: Record<string, string>): string[] {
  const reach = Object.keys(files)
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('dead/'))
    .map((path) => `'${path}'`)
  const all = { 'tests/reach.test.ts': `export const reached = [${reach.join(', ')}]\n`, ...files }
  return tidy(checkoutOf([...LISTS, ...Object.entries(all).map(([path, text]) => ({ path, text }))])).map(sentence)
}

/** Rule and place only. */
function rulesOf(files: Record<string, string>): string[] {
  return saysOf(files).map((line) => line.replace(/^(\S+)\s+\[([\w-]+)\].*$/s, '$1 $2'))
}

test('a finding names file, line, fault and cure', () => {
  expect(saysOf({ 'core/a.ts': 'export const x = 1\nexport const y = JSON.parse("1") as any // input of ours\n' })).toEqual([
    'core/a.ts:2  [banned-phrase] `any` switches the checker off. Instead: `unknown` and a schema or a narrowing test.',
  ])
})

describe('places and offices', () => {
  test.each([
    ['core/a.ts', `export const city = '成都'\n`],
    ['apps/api/main.ts', '/** Only in Chengdu. */\nexport const x = 1\n'],
    ['capabilities/x/a.ts', "export const pack = 'xian-2025'\n"],
  ])('%s may not name a city', (path, text) => {
    expect(rulesOf({ [path]: text })).toEqual([`${path}:1 place-in-code`])
  })

  test.each([
    ['demo/city.ts', `export const city = '成都'\n`],
    ['core/a.test.ts', `export const city = '成都'\n`],
    ['core/a.ts', `export const zone = 'Asia/Shanghai'\n`],
    ['core/a.ts', '// 生成都要可重复；东西安全地留下\nexport const x = 1\n'],
    ['core/a.ts', '// 实施机构 is a role of every city\nexport const x = 1\n'],
  ])('%s is left in peace: %s', (path, text) => {
    expect(rulesOf({ [path]: text })).toEqual([])
  })

  test('the names come from the packs as well', () => {
    const offices = { 'packs/p/offices.yaml': 'data-authority: 云上市数据资源管理局\noperator: 运营机构\n' }
    expect(rulesOf({ ...offices, 'core/a.ts': "export const who = '云上市数据资源管理局'\n" })).toEqual(['core/a.ts:1 place-in-code'])
    expect(rulesOf({ ...offices, 'core/a.ts': "export const who = '运营机构'\n" })).toEqual([])
  })
})

describe('integers in core and capabilities', () => {
  test.each([
    ['export const days = 20\n', 1],
    ['export type Week = 7\n', 1],
    ['/** Why it is so, at some length. */\nexport const reviewDays = 5\n', 2],
    ['/** The extension that a provider may ask for. */\nexport const extensionMax = 10\n', 2],
    ['export function f(n: bigint) { return n * 2n }\n', 1],
    ['/** unit: bytes; source: RFC 6962 */\n\nexport const HASH_BYTES = 32\n', 3],
  ])('%j is found', (text, line) => {
    expect(rulesOf({ 'core/a.ts': text })).toEqual([`core/a.ts:${line} integer`])
  })

  test.each([
    'export const on = [0, 1]\n',
    '/** unit: bytes; source: RFC 6962 */\nexport const HASH = 32\n',
    '/** unit: ms; source: SI */\nconst DAY_MS = 24 * 60 * 60 * 1000\nexport { DAY_MS }\n',
    '// unit: days;\n// source: ISO 8601\nexport const DAYS_PER_WEEK = 7\n',
    '/** A shorter salt can be searched. */\nexport const SALT_BYTES = 32\n',
    '/** More than this is a broken delimiter. */\nexport const columnsMax = 2_000\n',
  ])('%j is reasoned', (text) => {
    expect(rulesOf({ 'core/a.ts': text })).toEqual([])
  })

  test('numbers of apps, adapters and tests are nobody’s business here', () => {
    expect(rulesOf({ 'apps/api/main.ts': 'export const p = 8080\n', 'core/a.test.ts': 'export const d = 20\n' })).toEqual([])
  })

  test('a listed number is excused, and a row that excuses nothing is a finding', () => {
    const list = 'integers:\n  - { file: core/a.ts, values: [2], reason: a tree of this kind halves }\n'
    const path = 'tools/tidy/reasoned-integers.yaml'
    expect(rulesOf({ [path]: list, 'core/a.ts': 'export const half = (n: number) => n / 2\n' })).toEqual([])
    expect(rulesOf({ [path]: list, 'core/a.ts': 'export const third = (n: number) => n / 3\n' })).toEqual(['core/a.ts:1 integer', `${path}:1 integer`])
  })
})

describe('length', () => {
  const lines = (count: number): string => '// a line of prose\n'.repeat(count - 1) + 'export const x = 1\n'
  const body = (count: number): string => `export function f() {\n${'  String(f)\n'.repeat(count - 2)}}\n`

  test('a file may have 400 lines and not 401', () => {
    expect(rulesOf({ 'core/a.ts': lines(400) })).toEqual([])
    expect(rulesOf({ 'core/a.ts': lines(401) })).toEqual(['core/a.ts:401 file-length'])
  })

  test('a function may have 70 lines and not 71; a describe is a chapter', () => {
    expect(rulesOf({ 'core/a.ts': body(70) })).toEqual([])
    expect(rulesOf({ 'core/a.ts': body(71) })).toEqual(['core/a.ts:1 function-length'])
    expect(rulesOf({ 'core/a.test.ts': `describe('x', () => {\n${'  String(1)\n'.repeat(80)}})\n` })).toEqual([])
    expect(rulesOf({ 'core/a.test.ts': `test('x', () => {\n${'  String(1)\n'.repeat(80)}})\n` })).toEqual(['core/a.test.ts:1 function-length'])
  })
})

describe('words', () => {
  test.each([
    ['// @ts-ignore\nexport const x = 1\n'],
    ['// TODO do it later\nexport const x = 1\n'],
    ['// oxlint-disable-next-line no-empty\nexport const x = 1\n'],
    ['export const x = Date.now()\n'],
    ['export const x = new Date()\n'],
    ['export const x = Math.random()\n'],
    ['try { String(1) } catch {}\nexport const x = 1\n'],
    ['export const x = Promise.resolve().catch(() => {})\n'],
  ])('%j is refused in core', (text) => {
    expect(rulesOf({ 'core/a.ts': text })).toEqual(['core/a.ts:1 banned-phrase'])
  })

  test.each([
    ['// @ts-expect-error -- the library forgets an overload\nexport const x = 1\n'],
    ['// TODO(platform): read the notice of next year when it is out\nexport const x = 1\n'],
    ['// it does not matter as any reader sees\nexport const x = 1\n'],
    ['export const x = (ms: number) => new Date(ms)\n'],
  ])('%j is well', (text) => {
    expect(rulesOf({ 'core/a.ts': text })).toEqual([])
  })

  test('a test that never runs, or silences others, is refused', () => {
    expect(rulesOf({ 'core/a.test.ts': "test.skip('x', () => {})\n" })).toEqual(['core/a.test.ts:1 banned-phrase'])
    expect(rulesOf({ 'core/a.test.ts': "describe.only('x', () => {})\n" })).toEqual(['core/a.test.ts:1 banned-phrase'])
  })

  test('a name that says nothing is refused; the register’s roles keep theirs', () => {
    expect(rulesOf({ 'core/utils.ts': 'export const x = 1\n' })).toEqual(['core/utils.ts:1 file-name'])
    expect(rulesOf({ 'core/helpers/date.ts': 'export const x = 1\n' })).toEqual(['core/helpers/date.ts:1 file-name'])
    expect(rulesOf({ 'core/case-manager.ts': 'export const x = 1\n' })).toEqual(['core/case-manager.ts:1 file-name'])
    expect(rulesOf({ 'core/public-data-manager.ts': 'export const x = 1\n', 'core/event-types.ts': 'export const x = 1\n' })).toEqual([])
  })

  test('a second word for a known thing is refused in any casing', () => {
    const glossary = '| 中文 | identifier | meaning | avoid |\n|---|---|---|---|\n| 数据提供单位 | `data-provider` | who has the data | `source-unit`, supplier |\n'
    expect([...wordsToAvoid(glossary)]).toEqual([['source-unit', 'data-provider']])
    for (const text of ['sourceUnit', 'source_unit', 'SourceUnits', 'SOURCE_UNIT']) {
      expect(rulesOf({ 'GLOSSARY.md': glossary, 'core/a.ts': `export const a = 1\nexport const ${text} = 1\n` })).toEqual(['core/a.ts:2 glossary'])
    }
    expect(rulesOf({ 'GLOSSARY.md': glossary, 'core/a.ts': "export const supplier = 'resource unit'\n" })).toEqual([])
  })
})

describe('code', () => {
  test('a cast needs its reason on the line or above it', () => {
    expect(rulesOf({ 'core/a.ts': 'export const x = JSON.parse("1") as number\n' })).toEqual(['core/a.ts:1 cast'])
    expect(rulesOf({ 'core/a.ts': 'export const x = JSON.parse("1") as number // written above by us\n' })).toEqual([])
    expect(rulesOf({ 'core/a.ts': "export const x = ['a'] as const\n" })).toEqual([])
  })

  test('a barrel is refused; a file that adds something is none', () => {
    const a = { 'core/a.ts': 'export const x = 1\n' }
    expect(rulesOf({ ...a, 'core/b.ts': "export * from './a.ts'\nexport { x as y } from './a.ts'\n" })).toEqual(['core/b.ts:1 barrel'])
    expect(rulesOf({ ...a, 'core/b.ts': "export * from './a.ts'\nexport const z = 1\n" })).toEqual([])
  })

  test('code in a comment is found, prose and examples are not', () => {
    expect(rulesOf({ 'core/a.ts': 'export const x = 1\n// const y = x\n// if (y) throw new Error(String(y))\n' })).toEqual(['core/a.ts:2 commented-out'])
    expect(rulesOf({ 'core/a.ts': '// One state, many tasks.\n// decide(case, command)\n/** const example = 1 */\nexport const x = 1\n' })).toEqual([])
  })

  test('a file that nobody reaches is dead; one that is started by its name lives', () => {
    expect(rulesOf({ 'dead/a.ts': 'export const x = 1\n' })).toEqual(['dead/a.ts:1 dead-file'])
    expect(
      rulesOf({
        'dead/worker.ts': "import { x } from './deep.ts'\nexport const y = x\n",
        'dead/deep.ts': 'export const x = 1\n',
        'core/a.ts': "export const worker = new URL('../dead/worker.ts', import.meta.url)\n",
      }),
    ).toEqual([])
  })
})

describe('documents', () => {
  const record = '# A decision\n\n## Problem\n\n## Decision\n\n## Rejected\n\n## Consequences\n'

  test('two records may not share a number, and each has its four sections', () => {
    expect(rulesOf({ 'docs/adr/0001-a.md': record, 'docs/adr/0001-b.md': record })).toEqual(['docs/adr/0001-b.md:1 adr'])
    expect(rulesOf({ 'docs/adr/0001-a.md': record.replace('## Rejected\n', '') })).toEqual(['docs/adr/0001-a.md:1 adr'])
    expect(rulesOf({ 'docs/adr/first.md': record })).toEqual(['docs/adr/first.md:1 adr'])
  })

  test('a path of one machine is found in any text', () => {
    const elsewhere = ['', 'work', 'somebody', 'x.md'].join('/')
    expect(rulesOf({ 'README.md': `see ${elsewhere}\n` })).toEqual(['README.md:1 elsewhere'])
    expect(rulesOf({ 'README.md': 'see docs/work/x.md and https://example.org/home/x\n' })).toEqual([])
  })
})

describe('exceptions', () => {
  const path = 'tools/tidy/exceptions.yaml'
  const row = '  - { rule: cast, file: core/a.ts, reason: the parser of ours made it }\n'
  const cast = { 'core/a.ts': 'export const x = JSON.parse("1") as number\n' }

  test('one that is listed is forgiven', () => {
    expect(rulesOf({ ...cast, [path]: `ceiling: 1\nexceptions:\n${row}` })).toEqual([])
  })

  test('the list may not grow over its ceiling, and the ceiling comes down with it', () => {
    expect(rulesOf({ ...cast, [path]: `ceiling: 0\nexceptions:\n${row}` })).toEqual([`${path}:1 exceptions`])
    expect(rulesOf({ ...cast, [path]: `ceiling: 2\nexceptions:\n${row}` })).toEqual([`${path}:1 exceptions`])
  })

  test('one that forgives nothing is a finding', () => {
    expect(rulesOf({ [path]: `ceiling: 1\nexceptions:\n${row}` })).toEqual([`${path}:1 exceptions`])
  })
})

test('a file that is no TypeScript stops everything and is named', () => {
  expect(() => rulesOf({ 'core/a.ts': 'export const = 1\n' })).toThrow(/core\/a\.ts is not valid TypeScript/)
})
