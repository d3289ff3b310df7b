/** A provision: the smallest place in a text that a rule can cite. */
export type Provision = {
  /** `cd26-20` (article), `cd26-20.3` (paragraph), `cd26-25.1.3` (item of a paragraph). */
  id: string
  article: number
  paragraph: number | null
  item: number | null
  /** Heading of the article, e.g. 第二十条 数据申请与供给. */
  heading: string
  chapter: string
  /** The text of the place; for an article or a paragraph with items, including them. */
  text: string
}

/** unit: value of one numeral; source: GB/T 15835, numerals in Chinese texts */
const DIGITS: Record<string, number> = { 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 }
/** unit: place value; source: GB/T 15835, numerals in Chinese texts */
const PLACES: Record<string, number> = { 十: 10, 百: 100 }

/** Reads a Chinese numeral up to 999 (第二十条 → 20); null where a character is not one. */
export function chineseNumeral(text: string): number | null {
  let total = 0
  let digit = 0
  for (const sign of text) {
    if (sign === '零') continue
    const place = PLACES[sign]
    const value = DIGITS[sign]
    if (place !== undefined) {
      total += (digit === 0 ? 1 : digit) * place
      digit = 0
    } else if (value !== undefined) digit = value
    else return null
  }
  return total + digit > 0 ? total + digit : null
}

const ARTICLE = /^###\s*第([一二三四五六七八九十百零]+)条\s*(.*)$/
const CHAPTER = /^##\s*(第.+章.*)$/
const ITEM = /^（([一二三四五六七八九十]+)）/
const SUB_ITEM = /^(\d+)[.．]/

/**
 * Splits a regulation's Markdown (`## 第一章`, `### 第一条 标题`, paragraphs, （一） items) into provisions,
 * in the order of the text. Numbered items belong to the paragraph before them.
 */
export function parseProvisions(prefix: string, markdown: string): Provision[] {
  const found: Provision[] = []
  const at: Cursor = { chapter: '', article: null, paragraph: null, item: null }
  for (const raw of markdown.split('\n')) {
    const line = raw.trim()
    if (line === '') continue
    const chapterLine = CHAPTER.exec(line)
    if (chapterLine) {
      at.chapter = chapterLine[1] ?? ''
      at.article = null
    } else if (ARTICLE.test(line)) {
      at.article = startArticle(prefix, line, at.chapter)
      at.paragraph = null
      at.item = null
      found.push(at.article)
    } else if (at.article !== null && !line.startsWith('#')) {
      found.push(placeOf(line, at, at.article))
    }
  }
  return found
}

type Cursor = { chapter: string; article: Provision | null; paragraph: Provision | null; item: Provision | null }

function startArticle(prefix: string, line: string, chapter: string): Provision {
  const number = chineseNumeral(ARTICLE.exec(line)?.[1] ?? '')
  if (number === null) throw new Error(`cannot read the number of the article: ${line}`)
  const heading = line.replace(/^###\s*/, '')
  return { id: `${prefix}-${number}`, article: number, paragraph: null, item: null, heading, chapter, text: '' }
}

/** Makes the provision for one line and adds the line to the places that contain it. */
function placeOf(line: string, at: Cursor, article: Provision): Provision {
  article.text += article.text === '' ? line : `\n${line}`
  const numbered = numberedPlace(line, at.paragraph, at.item)
  if (numbered) {
    if (at.paragraph) at.paragraph.text += `\n${line}`
    const isItem = numbered.id.split('.').length === ITEM_DEPTH
    if (!isItem && at.item) at.item.text += `\n${line}`
    if (isItem) at.item = numbered
    return numbered
  }
  const number = (at.paragraph?.paragraph ?? 0) + 1
  at.paragraph = { ...article, id: `${article.id}.${number}`, paragraph: number, text: line }
  at.item = null
  return at.paragraph
}

const ITEM_DEPTH = 3 // parts of an item's id: article, paragraph, item

function numberedPlace(line: string, paragraph: Provision | null, item: Provision | null): Provision | null {
  if (paragraph === null) return null
  const itemLine = ITEM.exec(line)
  if (itemLine) {
    const number = chineseNumeral(itemLine[1] ?? '')
    return number === null ? null : { ...paragraph, id: `${paragraph.id}.${number}`, item: number, text: line }
  }
  const subLine = SUB_ITEM.exec(line)
  if (subLine && item) return { ...item, id: `${item.id}.${subLine[1]}`, text: line }
  return null
}

/** A provision's number as officials write it: 第二十条第三款第（二）项. */
export function provisionLabel(provision: Provision): string {
  const article = /^第.+?条/.exec(provision.heading)?.[0] ?? `第${provision.article}条`
  const paragraph = provision.paragraph === null ? '' : `第${chineseNumber(provision.paragraph)}款`
  const item = provision.item === null ? '' : `第（${chineseNumber(provision.item)}）项`
  return `${article}${paragraph}${item}`
}

const NUMERALS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九']
/** unit: base; source: the decimal system */
const TEN = 10

/** Writes a number below one hundred in Chinese numerals. */
export function chineseNumber(value: number): string {
  if (value < TEN) return NUMERALS[value] ?? String(value)
  const tens = Math.floor(value / TEN)
  const ones = value % TEN
  return `${tens === 1 ? '' : (NUMERALS[tens] ?? '')}十${ones === 0 ? '' : (NUMERALS[ones] ?? '')}`
}
