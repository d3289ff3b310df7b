import type { TextBlock } from './plain-text.ts'
import { readPlainText } from './plain-text.ts'

/** A place of a text that a person must look up in the original. `line` and `column` count from 1 in the file as given. */
export type TextDoubt = { line: number; column: number; code: DoubtCode; message: string; found: string }

export type DoubtCode =
  | 'pinyin-noise' | 'latin-letters' | 'rare-character' | 'lost-character' | 'broken-paragraph' | 'article-inside-line' | 'article-missing'
  | 'article-twice' | 'article-out-of-order' | 'number-unreadable' | 'item-missing' | 'half-width-sign' | 'sign-unpaired' | 'blank-inside'

/** Every doubtful place of a plain text, by line and column. The text itself is never changed and no reading is offered. */
export function textDoubts(text: string): TextDoubt[] {
  const lines = text.split(/\r?\n/)
  const blocks = readPlainText(text)
  return [...lines.flatMap((line, index) => signDoubts(line, index + 1, blocks.find((block) => block.line === index + 1))), ...orderDoubts(blocks, lines), ...breakDoubts(blocks, lines)]
    .toSorted((a, b) => a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1))
}

type Pattern = { code: DoubtCode; matches: RegExp; message: string; unless?: (block: TextBlock | undefined, before: string) => boolean }

const TONED = 'āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ'
const CHINESE = '\\u4e00-\\u9fff\\u3400-\\u4dbf'

/** What no official Chinese text holds, or what stands there only by mistake in copying. */
const PATTERNS: readonly Pattern[] = [
  { code: 'pinyin-noise', matches: new RegExp(`[A-Za-zü]*[${TONED}][A-Za-zü${TONED}]*`, 'giu'), message: '夹杂注音，可能是注音文本混入，请对照原文删去或者更正' },
  { code: 'latin-letters', matches: new RegExp(`(?<![&A-Za-zü${TONED}])[a-z]{2,}(?![A-Za-zü${TONED}])`, 'gu'), message: '夹杂拉丁字母，请对照原文核对' },
  { code: 'lost-character', matches: /\uFFFD+|[□■◻◼▯]+|\?{2,}|(?<=[\u4e00-\u9fff])\?(?=[\u4e00-\u9fff])|[\uE000-\uF8FF]+|&(?:[a-z]+|#\d+);|(?:(?!\t)\p{Cc}|(?!\uFEFF)\p{Cf})+/gu, message: '字符丢失或者被替换，请对照原文补上' },
  { code: 'half-width-sign', matches: /(?<=[\u4e00-\u9fff])[,;:!()](?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[,;:!]$|(?<=[\u4e00-\u9fff])\.(?=\s*[\u4e00-\u9fff]|$)/gu, message: '半角标点，请对照原文核对' },
  {
    code: 'blank-inside', matches: new RegExp(`(?<=[${CHINESE}])[ \\t\\u3000]+(?=[${CHINESE}])`, 'gu'), message: '汉字之间有空格，请核对是否有字丢失',
    // between the two issuers of a document in its title, and in headings, a blank is usual
    unless: (block, before) => block === undefined || block.kind === 'chapter' || block.kind === 'title' || before.lastIndexOf('《') > before.lastIndexOf('》') || /第[一二三四五六七八九十百零]+条$/u.test(before),
  },
]

function signDoubts(line: string, number: number, block: TextBlock | undefined): TextDoubt[] {
  const found = PATTERNS.flatMap(({ code, matches, message, unless }) =>
    [...line.matchAll(matches)].filter((match) => !unless?.(block, line.slice(0, match.index).trim())).map((match): TextDoubt => ({ line: number, column: columnOf(line, match.index), code, message, found: around(line, match.index, match[0]) })))
  return [...found, ...rareDoubts(line, number), ...pairDoubts(line, number), ...insideDoubts(line, number)]
}

let common: ReadonlySet<string> | undefined

/** unit: byte; source: GB/T 2312, the rows of Chinese characters (16 to 87) and the places in a row */
const ROWS = { first: 0xb0, last: 0xf7 }
/** unit: byte; source: GB/T 2312, as above */
const PLACES = { first: 0xa1, last: 0xfe }

/** The 6763 simplified characters of GB/T 2312; what is outside is a traditional form, a rare character or a misreading. */
function commonCharacters(): ReadonlySet<string> {
  if (common === undefined) {
    const decoder = new TextDecoder('gb18030')
    const bytes: number[] = []
    for (let row = ROWS.first; row <= ROWS.last; row += 1) for (let place = PLACES.first; place <= PLACES.last; place += 1) bytes.push(row, place)
    common = new Set([...decoder.decode(new Uint8Array(bytes))].filter((sign) => /[\u4e00-\u9fff]/u.test(sign)))
  }
  return common
}

function rareDoubts(line: string, number: number): TextDoubt[] {
  return [...line.matchAll(new RegExp(`[${CHINESE}\\uF900-\\uFAFF]`, 'gu'))].filter(([sign]) => !commonCharacters().has(sign)).map((match) => ({
    line: number, column: columnOf(line, match.index), code: 'rare-character', message: '不是通用的简体字，可能是繁体字、异体字或者误识，请对照原文核对', found: around(line, match.index, match[0]),
  }))
}

const PAIRS: readonly (readonly [string, string])[] = [['“', '”'], ['《', '》'], ['（', '）'], ['【', '】'], ['〔', '〕']]

function pairDoubts(line: string, number: number): TextDoubt[] {
  return PAIRS.flatMap(([open, close]): TextDoubt[] => {
    const [opened, closed] = [line.split(open).length, line.split(close).length]
    if (opened === closed) return []
    const at = opened > closed ? line.lastIndexOf(open) : line.indexOf(close)
    return [{ line: number, column: columnOf(line, at), code: 'sign-unpaired', message: `${open}与${close}不成对，可能有字或者行丢失`, found: around(line, at, open) }]
  })
}

/** An article that begins inside a line: the break before it was lost. */
function insideDoubts(line: string, number: number): TextDoubt[] {
  return [...line.matchAll(/(?<=[。；])\s*第[一二三四五六七八九十百零]+条(?=[\s　【])/gu)].map((match) => ({
    line: number, column: columnOf(line, match.index), code: 'article-inside-line', message: '一行之中出现另一条，可能是分段丢失，请对照原文分行', found: around(line, match.index, match[0]),
  }))
}

/** A line that begins like an article or a chapter with a number that is none. */
const UNREADABLE = /^第\S{1,4}[条章](?=[\s　【])/u

function orderDoubts(blocks: readonly TextBlock[], lines: readonly string[]): TextDoubt[] {
  const found: TextDoubt[] = []
  const at = (block: TextBlock, code: DoubtCode, message: string) => found.push({ line: block.line, column: columnOf(lines[block.line - 1] ?? '', (lines[block.line - 1] ?? '').search(/\S/)), code, message, found: block.text.slice(0, SHOWN) })
  const seen = new Set<number>()
  let article = 0
  let item = 0
  for (const block of blocks) {
    if ((block.kind === 'article' || block.kind === 'chapter') && block.number === null) at(block, 'number-unreadable', '编号无法识别')
    if (block.kind === 'paragraph' && UNREADABLE.test(block.text)) at(block, 'number-unreadable', '像是一条或者一章，但编号无法识别')
    if (block.kind === 'article' && block.number !== null) {
      if (seen.has(block.number)) at(block, 'article-twice', `第${block.number}条出现两次`)
      else if (block.number < article) at(block, 'article-out-of-order', `第${block.number}条在第${article}条之后`)
      else if (block.number > article + 1) at(block, 'article-missing', block.number - 1 === article + 1 ? `缺少第${article + 1}条` : `缺少第${article + 1}条至第${block.number - 1}条`)
      seen.add(block.number)
      article = Math.max(article, block.number)
    }
    if (block.kind === 'article' || block.kind === 'paragraph' || block.kind === 'chapter') item = 0
    if (block.kind === 'item' && block.number !== null) {
      // a second paragraph under an item is usual; the count goes on from the item before it, or begins anew
      if (block.number !== 1 && block.number !== item + 1 && item !== 0) at(block, 'item-missing', `第（${block.number}）项之前应为第（${item + 1}）项`)
      if (block.number !== 1 && item === 0 && !continuesList(blocks, block)) at(block, 'item-missing', `各项不是从第（一）项开始`)
      item = block.number
    }
  }
  return found
}

/** Whether the item before this one, in the same article, has the number before this one's. */
function continuesList(blocks: readonly TextBlock[], block: TextBlock): boolean {
  const before = blocks.slice(0, blocks.indexOf(block))
  const since = before.slice(before.findLastIndex((one) => one.kind === 'article') + 1)
  return since.findLast((one) => one.kind === 'item')?.number === (block.number ?? 0) - 1
}

/** Signs with which a paragraph may end. */
const ENDS = /[。；：！？”）…]$|[、，]$/u

/** A line that ends in the middle of a sentence, or begins with a sign that cannot begin one. */
function breakDoubts(blocks: readonly TextBlock[], lines: readonly string[]): TextDoubt[] {
  return blocks.flatMap((block, index): TextDoubt[] => {
    if (block.kind === 'title' || block.kind === 'chapter') return []
    const line = lines[block.line - 1] ?? ''
    const next = blocks[index + 1]
    const body = block.kind === 'article' ? block.rest : block.text
    const doubts: TextDoubt[] = []
    const unfinished = body !== '' && (!ENDS.test(body) || (/[、，]$/u.test(body) && next?.kind === 'paragraph'))
    if (unfinished) doubts.push({ line: block.line, column: columnOf(line, line.trimEnd().length), code: 'broken-paragraph', message: '本行没有结束标点，可能是分段错误或者有字丢失', found: body.slice(-SHOWN) })
    if (block.kind === 'paragraph' && /^[，。；：、！？”）》]/u.test(block.text)) doubts.push({ line: block.line, column: columnOf(line, line.search(/\S/)), code: 'broken-paragraph', message: '本行以标点开头，可能是分段错误或者有字丢失', found: block.text.slice(0, SHOWN) })
    return doubts
  })
}

/** unit: signs; source: as much as finds the place in the original */
const SHOWN = 12
/** unit: signs; source: as above, on each side of what was found */
const BESIDE = 6

function columnOf(line: string, index: number): number {
  return Array.from(line.slice(0, Math.max(index, 0))).length + 1
}

function around(line: string, index: number, match: string): string {
  return line.slice(Math.max(0, index - BESIDE), index + match.length + BESIDE)
}
