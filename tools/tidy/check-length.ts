import { Visitor } from 'vite'
import type { ESTree } from 'vite'
import type { Check, Checkout } from './checkout.ts'
import type { Finding } from './finding.ts'
import type { ParsedCode } from '#tools/house/parsed-code.ts'
import { isTest } from '#tools/house/source-tree.ts'

/** unit: lines; source: design, "most under 200 lines, none over 400" */
const FILE_LINES_MAX = 400
/** unit: lines; source: the same sentence; beyond it tidy only advises */
const FILE_LINES_ADVISED = 200
/** unit: lines; source: design, "functions under 70 lines" */
const FUNCTION_LINES_MAX = 70

const COUNTED = /\.(ts|tsx|mts|mjs|js|css)$/

function linesIn(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

/** A file that cannot be read in one sitting is two files. */
export const checkFileLength: Check = ({ files }) =>
  files
    .filter((file) => COUNTED.test(file.path) && linesIn(file.text) > FILE_LINES_MAX)
    .map((file) => ({
      rule: 'file-length',
      file: file.path,
      line: FILE_LINES_MAX + 1,
      wrong: `the file has ${linesIn(file.text)} lines, the limit is ${FILE_LINES_MAX}`,
      instead: 'split it by what it does, and name each part after that',
    }))

/** Files between the advised and the highest length, longest first: `lines  path`. Not findings. */
export function longFiles({ files }: Checkout): string[] {
  return files
    .filter((file) => COUNTED.test(file.path) && linesIn(file.text) > FILE_LINES_ADVISED)
    .toSorted((a, b) => linesIn(b.text) - linesIn(a.text))
    .map((file) => `${linesIn(file.text)}  ${file.path}`)
}

/** A function that does not fit on a screen does several things. The body of a `describe` is a chapter, not a function. */
export const checkFunctionLength: Check = ({ code }) => code.flatMap(longFunctions)

function longFunctions(file: ParsedCode): Finding[] {
  const findings: Finding[] = []
  const chapters = isTest(file.path) ? describeBodies(file) : new Set<number>()
  const measure = (node: { start: number; end: number }, name: string): void => {
    const line = file.lineAt(node.start)
    const length = file.lineAt(node.end) - line + 1
    if (length <= FUNCTION_LINES_MAX || chapters.has(node.start)) return
    findings.push({
      rule: 'function-length',
      file: file.path,
      line,
      wrong: `${name} has ${length} lines, the limit is ${FUNCTION_LINES_MAX}`,
      instead: 'give each step of it a name and a function of its own',
    })
  }
  new Visitor({
    FunctionDeclaration: (node) => measure(node, node.id?.name ?? 'this function'),
    FunctionExpression: (node) => measure(node, node.id?.name ?? 'this function'),
    ArrowFunctionExpression: (node) => measure(node, 'this function'),
  }).visit(file.program)
  return findings
}

function describeBodies(file: ParsedCode): Set<number> {
  const starts = new Set<number>()
  new Visitor({
    CallExpression(node) {
      if (calleeName(node.callee) === 'describe') for (const argument of node.arguments) starts.add(argument.start)
    },
  }).visit(file.program)
  return starts
}

/** `describe(…)`, `describe.each(…)(…)` and `describe.skipIf(…)(…)` all answer `describe`. */
function calleeName(callee: ESTree.Expression): string | undefined {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') return calleeName(callee.object)
  if (callee.type === 'CallExpression') return calleeName(callee.callee)
  return undefined
}
