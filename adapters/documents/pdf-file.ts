import { readFileSync } from 'node:fs'
import { create } from 'fontkit'
import pdfmake from 'pdfmake'
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { chineseDate } from '#core/document/chinese-text.ts'
import type { DocumentText, TextBlock } from '#core/document/document-text.ts'
import { INDENT, LINE_PT, PAGE_MM, SIGNATURE_INDENT, TYPE_PT, pointsOf, titleLines } from './official-layout.ts'
import { sfntOf } from './sfnt.ts'

// What the package's types leave out: the files that live in its memory.
declare module 'pdfmake' {
  // oxlint-disable-next-line no-unused-vars -- a declaration of what another package has
  const virtualfs: { writeFileSync(name: string, bytes: Buffer): void }
}

const FONT = 'NotoSerifSC'
/** What stands for a character that the font has not, as compositors have always put it; the note below names it. */
const GETA = '〓'

type Drawer = { has(codePoint: number): boolean }
let drawer: Drawer | null = null

/** Unpacks the font once; drawing with it then takes a tenth of a second. */
function openDrawer(): Drawer {
  if (drawer !== null) return drawer
  const [normal, bold] = ['400', '700'].map((weight) => sfntOf(readFileSync(new URL(`fonts/noto-serif-sc-chinese-simplified-${weight}-normal.woff`, import.meta.url))))
  if (normal === undefined || bold === undefined) throw new Error('the font of documents is missing')
  pdfmake.virtualfs.writeFileSync('normal.ttf', normal)
  pdfmake.virtualfs.writeFileSync('bold.ttf', bold)
  pdfmake.setFonts({ [FONT]: { normal: 'normal.ttf', bold: 'bold.ttf' } })
  // A document names nothing outside itself.
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy((path) => path === 'normal.ttf' || path === 'bold.ttf')
  const font = create(normal)
  if (!('hasGlyphForCodePoint' in font)) throw new Error('the font of documents holds several faces')
  drawer = { has: (codePoint) => font.hasGlyphForCodePoint(codePoint) }
  return drawer
}

/**
 * The document as a PDF for reading, printing and keeping, with its font inside. The same text gives the same bytes. A
 * character that the font has not is printed as 〓 and named at the end, never as an empty box.
 */
export async function pdfFile(text: DocumentText): Promise<Buffer> {
  const { has } = openDrawer()
  const missing = new Set<string>()
  const shown = (line: string): string => Array.from(line, (char) => {
    if (char === INDENT[0] || char === '\n' || has(char.codePointAt(0) ?? 0)) return char
    missing.add(char)
    return GETA
  }).join('')
  const definition = definitionOf(text, shown, missing)
  return Buffer.from(await pdfmake.createPdf(definition).getBuffer())
}

type Shown = (line: string) => string

function definitionOf(text: DocumentText, shown: Shown, missing: ReadonlySet<string>): TDocumentDefinitions {
  const margin = { left: pointsOf(PAGE_MM.left), top: pointsOf(PAGE_MM.top), right: pointsOf(PAGE_MM.right), bottom: pointsOf(PAGE_MM.bottom) }
  const content: Content[] = [
    { text: titleLines(text.title).map(shown).join('\n'), fontSize: TYPE_PT.title, bold: true, alignment: 'center' },
    ...(text.number === null ? [] : [{ text: shown(text.number), alignment: 'center', margin: [0, 4, 0, 0] } satisfies Content]),
    { text: ' ' },
    ...(text.addressees.length === 0 ? [] : [{ text: shown(`${text.addressees.join('、')}：`) }]),
    ...text.blocks.flatMap((block) => blockOf(block, shown)),
    ...text.attachments.map((file, index): Content => ({ text: shown(`${INDENT}${index === 0 ? '附件：' : '　　　'}${text.attachments.length === 1 ? '' : `${index + 1}. `}${file.name}`), preserveLeadingSpaces: true })),
    { unbreakable: true, stack: [{ text: ' ' }, ...[...text.signatures, chineseDate(text.date)].map((line): Content => ({ text: shown(line), alignment: 'right', margin: [0, 0, SIGNATURE_INDENT * TYPE_PT.body, 0] }))] },
    { text: shown(`依据：${text.rests_on}`), fontSize: TYPE_PT.table, margin: [0, 12, 0, 0] },
    { text: shown(`事项编号：${text.case_number}`), fontSize: TYPE_PT.table },
  ]
  if (missing.size > 0) content.push({ text: `注：“${GETA}”处为字库未收的字（${[...missing].map(codeOf).join('、')}），以 Word 文本为准。`, fontSize: TYPE_PT.table })
  return {
    pageSize: 'A4',
    pageMargins: [margin.left, margin.top, margin.right, margin.bottom],
    defaultStyle: { font: FONT, fontSize: TYPE_PT.body, lineHeight: LINE_PT / TYPE_PT.body / FONT_LINE },
    info: { title: text.title, author: text.issuer.organization, creationDate: new Date(`${text.date}T00:00:00Z`), modDate: new Date(`${text.date}T00:00:00Z`) },
    content,
    footer: (page: number): Content => ({ text: `— ${page} —`, alignment: 'center', fontSize: TYPE_PT.page, margin: [0, pointsOf(FOOTER_MM), 0, 0] }),
  }
}

/** The font's own line is 1.437 of its size (ascent and descent in its tables). unit: ratio */
const FONT_LINE = 1.437
/** From the end of the text area to the page number (GB/T 9704, 7.5). unit: mm */
const FOOTER_MM = 7

function codeOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}`
}

function blockOf(block: TextBlock, shown: Shown): Content[] {
  if (block.block === 'heading') return [{ text: shown(`${INDENT}${block.text}`), bold: block.level === 'first', preserveLeadingSpaces: true, headlineLevel: block.level === 'first' ? 1 : 2 }]
  if (block.block === 'paragraph') return block.text.split('\n').map((line) => ({ text: shown(`${INDENT}${line}`), preserveLeadingSpaces: true, alignment: 'justify' }))
  const cells = [block.head, ...block.rows].map((row, index) => row.map((value) => ({ text: shown(value), bold: index === 0, noWrap: index === 0 && value.length <= NARROW_LENGTH, fontSize: TYPE_PT.table, lineHeight: 1 })))
  return [{ table: { headerRows: 1, dontBreakRows: true, widths: widthsOf(block), body: cells }, margin: [0, 4, 0, 8] }]
}

/** A narrow column keeps its words on one line, the others share the rest. */
function widthsOf({ head, rows }: Extract<TextBlock, { block: 'table' }>): ('auto' | '*')[] {
  return head.map((title, column) => (Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)) <= NARROW_LENGTH ? 'auto' : '*'))
}

/** unit: characters */
const NARROW_LENGTH = 6
