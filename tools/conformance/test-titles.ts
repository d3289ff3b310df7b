import { readFileSync } from 'node:fs'
import { Visitor } from 'vite'
import type { ESTree } from 'vite'
import { parseCode } from '#tools/house/parsed-code.ts'
import { readSourceTree } from '#tools/house/source-tree.ts'
import type { TextFile } from '#tools/house/source-tree.ts'

/** Where the scenarios of the regulations live; scenarios against real parts may also stand beside those parts. */
export const SCENARIOS_FOLDER = 'tests/conformance/'

const TITLED_BY_ID = /\b(?:test|it)\b[^\n]*\(\s*['"`](?:\$|%s|[a-z]{2}\d{2}-\d)/

/** The test files that may hold scenarios: all below `tests/conformance`, and those elsewhere with a title that begins with an id. */
export function scenarioFiles(root = '.'): TextFile[] {
  return readSourceTree(root).filter(({ path, text }) =>
    path.endsWith('.test.ts') && (path.startsWith(SCENARIOS_FOLDER) || (/['"`][a-z]{2}\d{2}-\d+[\w.]*[^\n'"`]*: /.test(text) && TITLED_BY_ID.test(text))))
}

/** The titles of a test file as its source has them: fixed ones, and patterns for those that are made from a table or a template. */
export type SourceTitles = { fixed: Set<string>; made: RegExp[] }

/** Reads the titles of `test(…)`, `it(…)` and `test.each(…)(…)` without running anything. */
export function titlesInSource(file: TextFile): SourceTitles {
  const titles: SourceTitles = { fixed: new Set(), made: [] }
  new Visitor({
    CallExpression(node) {
      const [title] = node.arguments
      if (title === undefined) return
      // A test may be made by a function of another name; then its title begins with an id.
      const call = testCall(node.callee) ?? kindOf(title)
      if (call === null) return
      if (call === 'each') titles.made.push(patternOf(title, EACH))
      else if (title.type === 'Literal' && typeof title.value === 'string') titles.fixed.add(title.value)
      else titles.made.push(patternOf(title, null))
    },
  }).visit(parseCode(file).program)
  return titles
}

/** As `titlesInSource`, for the file at a path. */
export function titlesOfFile(path: string): SourceTitles {
  return titlesInSource({ path, text: readFileSync(path, 'utf8') })
}

/** Does the source hold a test that may have this title? */
export function holdsTitle({ fixed, made }: SourceTitles, title: string): boolean {
  return fixed.has(title) || made.some((pattern) => pattern.test(title))
}

/** `test(…)` and `test.skipIf(…)(…)` are plain; `test.each(…)(…)` and `test.for(…)(…)` make titles from a table. */
function testCall(callee: ESTree.Expression): 'plain' | 'each' | null {
  if (callee.type === 'Identifier') return callee.name === 'test' || callee.name === 'it' ? 'plain' : null
  if (callee.type === 'TaggedTemplateExpression') return madeByTable(callee.tag)
  return callee.type === 'CallExpression' ? madeByTable(callee.callee) : null
}

function madeByTable(callee: ESTree.Expression): 'plain' | 'each' | null {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || callee.property.type !== 'Identifier') return null
  if (callee.object.name !== 'test' && callee.object.name !== 'it') return null
  return callee.property.name === 'each' || callee.property.name === 'for' ? 'each' : 'plain'
}

function kindOf(title: ESTree.Argument): 'plain' | 'each' | null {
  const text = title.type === 'TemplateLiteral' ? title.quasis[0]?.value.cooked : title.type === 'Literal' ? title.value : null
  if (typeof text !== 'string' || !BEGINS_WITH_ID.test(text) || !text.includes(': ')) return null
  return text.search(EACH) < 0 ? 'plain' : 'each'
}

const BEGINS_WITH_ID = /^[a-z]{2}\d{2}-\d/

/** What vitest puts values into: `$name.path`, `%s` and its kin. */
const EACH = /\$[\w.$]+|%[sdifjo#$]/g

function patternOf(title: ESTree.Argument, holes: RegExp | null): RegExp {
  const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const fixed = (text: string) => (holes === null ? escape(text) : text.split(holes).map(escape).join('.*'))
  if (title.type === 'Literal' && typeof title.value === 'string') return new RegExp(`^${fixed(title.value)}$`, 's')
  if (title.type === 'TemplateLiteral') return new RegExp(`^${title.quasis.map((part) => fixed(part.value.cooked ?? '')).join('.*')}$`, 's')
  return /^.*$/s
}
