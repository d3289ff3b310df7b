import { parseSync } from 'vite'
import type { ESTree, ParseResult } from 'vite'
import type { TextFile } from './source-tree.ts'

export type Comment = ParseResult['comments'][number]

/** A TypeScript file with its syntax tree. Offsets count UTF-16 units, as JavaScript strings do. */
export interface ParsedCode extends TextFile {
  readonly program: ESTree.Program
  readonly module: ParseResult['module']
  readonly comments: readonly Comment[]
  /** 1-based line of an offset. */
  lineAt(offset: number): number
  /** The text of a 1-based line; empty beyond the end. */
  lineText(line: number): string
}

/**
 * Parses with the parser that Vite carries: TypeScript 7 has no compiler API in JavaScript.
 * Throws an Error naming the file where the text is not TypeScript.
 */
export function parseCode(file: TextFile): ParsedCode {
  const result = parseSync(file.path, file.text)
  const [first] = result.errors
  if (first) throw new Error(`${file.path} is not valid TypeScript: ${first.message}`)
  const starts = lineStarts(file.text)
  return {
    ...file,
    program: result.program,
    module: result.module,
    comments: result.comments,
    lineAt: (offset) => lineOf(starts, offset),
    lineText: (line) => file.text.slice(starts[line - 1] ?? file.text.length, starts[line] ?? file.text.length).trimEnd(),
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}
