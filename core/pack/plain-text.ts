import { chineseNumeral } from './provision-text.ts'

/** One line of a regulation's plain text and what it is taken for. `line` counts from 1 in the file as given. */
export type TextBlock = {
  kind: 'title' | 'chapter' | 'article' | 'item' | 'sub-item' | 'paragraph'
  line: number
  /** The line without the blanks around it, otherwise as it stands. */
  text: string
  /** Number of the chapter, article, item or sub-item. */
  number: number | null
  /** For an article: its heading in 【】, and what follows on the same line. */
  heading: string
  rest: string
}

const NUMERAL = '[一二三四五六七八九十百零〇]+'
const CHAPTER = new RegExp(`^第(${NUMERAL})章`)
const ARTICLE = new RegExp(`^第(${NUMERAL})条`)
const HEADING = /^\s*【([^】]*)】/
const ITEM = new RegExp(`^（(${NUMERAL})）`)
const SUB_ITEM = /^(\d{1,2})[.．、]/

/** Reads a plain text line by line; empty lines carry nothing. Nothing is joined, mended or left out. */
export function readPlainText(text: string): TextBlock[] {
  let begun = false
  const blocks = text.split(/\r?\n/).flatMap((raw, index): TextBlock[] => {
    const line = raw.replace(/^\uFEFF/, '').trim()
    if (line === '') return []
    const block = blockOf(line, index + 1)
    begun ||= block.kind === 'chapter' || block.kind === 'article'
    return [begun ? block : { ...block, kind: 'title' }]
  })
  return blocks.map((block, index) => (isHeadingOnly(block, blocks[index + 1]) ? { ...block, heading: block.rest, rest: '' } : block))
}

/** unit: signs; source: the headings of articles in the regulations that have them */
const LONGEST_HEADING = 16

/** An article's line that holds its number and a heading alone: a few signs without any stop, and a paragraph below. */
function isHeadingOnly({ kind, heading, rest }: TextBlock, next: TextBlock | undefined): boolean {
  return kind === 'article' && heading === '' && rest !== '' && rest.length <= LONGEST_HEADING && !/[，。；：！？]/u.test(rest) && next?.kind === 'paragraph' && !/^[，。；：、]/u.test(next.text)
}

function blockOf(text: string, line: number): TextBlock {
  const plain = { line, text, heading: '', rest: '' }
  const chapter = CHAPTER.exec(text)
  if (chapter) return { ...plain, kind: 'chapter', number: chineseNumeral(chapter[1] ?? '') }
  const article = ARTICLE.exec(text)
  if (article) {
    const after = text.slice(article[0].length)
    const heading = HEADING.exec(after)
    return { ...plain, kind: 'article', number: chineseNumeral(article[1] ?? ''), heading: heading?.[1]?.trim() ?? '', rest: (heading ? after.slice(heading[0].length) : after).trim() }
  }
  const item = ITEM.exec(text)
  if (item) return { ...plain, kind: 'item', number: chineseNumeral(item[1] ?? '') }
  const sub = SUB_ITEM.exec(text)
  if (sub) return { ...plain, kind: 'sub-item', number: Number(sub[1]) }
  return { ...plain, kind: 'paragraph', number: null }
}

/** The text as a pack holds it (`text.md`): chapters and articles as headings, each line of the source a paragraph of its own. */
export function packText(blocks: readonly TextBlock[]): string {
  const lines = blocks.flatMap((block): string[] => {
    if (block.kind === 'chapter') return [`## ${block.text}`]
    if (block.kind !== 'article') return [block.text]
    const numbered = ARTICLE.exec(block.text)?.[0] ?? ''
    return [`### ${numbered}${block.heading === '' ? '' : ` ${block.heading}`}`, ...(block.rest === '' ? [] : [block.rest])]
  })
  const [title = '', ...rest] = lines
  return [blocks[0]?.kind === 'title' ? `# ${title}` : title, ...rest].join('\n\n').concat('\n')
}
