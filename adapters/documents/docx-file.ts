import { AlignmentType, Document, Footer, LineRuleType, Packer, PageNumber, Paragraph, Table, TableCell, TableRow, TextRun, WidthType } from 'docx'
import type { ISectionOptions } from 'docx'
import { chineseDate } from '#core/document/chinese-text.ts'
import type { DocumentText, TextBlock } from '#core/document/document-text.ts'
import { withFixedTimes } from './fixed-times.ts'
import { LINE_PT, PAGE_MM, SIGNATURE_INDENT, TYPE_PT, pointsOf, titleLines } from './official-layout.ts'

const HALF_POINTS = 2
const TWIPS_PER_POINT = 20

/** The fonts that government offices have; where one is missing, the reader's program takes its next of kin. */
const FONT = { title: '方正小标宋简体', body: '仿宋_GB2312', heading: '黑体', second: '楷体_GB2312', page: '宋体' }

/**
 * The document as an editable Word file. The same text gives the same bytes: no time of drawing, no random name is in it.
 */
export async function docxFile(text: DocumentText): Promise<Buffer> {
  const made = new Document({
    title: text.title, creator: text.issuer.organization, lastModifiedBy: text.issuer.organization, description: `${text.number ?? text.case_number}`,
    styles: { default: { document: { run: { font: FONT.body, size: TYPE_PT.body * HALF_POINTS }, paragraph: { spacing: { line: Math.round(LINE_PT * TWIPS_PER_POINT), lineRule: LineRuleType.EXACT } } } } },
    sections: [sectionOf(text)],
  })
  return withFixedTimes(await Packer.toBuffer(made), text.date)
}

function sectionOf(text: DocumentText): ISectionOptions {
  const twips = (mm: number) => Math.round(pointsOf(mm) * TWIPS_PER_POINT)
  return {
    properties: { page: { margin: { top: twips(PAGE_MM.top), left: twips(PAGE_MM.left), right: twips(PAGE_MM.right), bottom: twips(PAGE_MM.bottom) } } },
    footers: { default: new Footer({ children: [new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun({ font: FONT.page, size: TYPE_PT.page * HALF_POINTS, children: ['— ', PageNumber.CURRENT, ' —'] })] })] }) },
    children: [
      ...titleLines(text.title).map((line) => centred(line, { font: FONT.title, size: TYPE_PT.title * HALF_POINTS })),
      ...(text.number === null ? [] : [centred(text.number)]),
      new Paragraph(''),
      ...(text.addressees.length === 0 ? [] : [new Paragraph(`${text.addressees.join('、')}：`)]),
      ...text.blocks.flatMap(blockOf),
      ...attachmentsOf(text),
      new Paragraph(''),
      ...text.signatures.map((name) => signed(name)),
      signed(chineseDate(text.date)),
      new Paragraph(''),
      small(`依据：${text.rests_on}`),
      small(`事项编号：${text.case_number}`),
    ],
  }
}

function centred(line: string, run: { font?: string; size?: number } = {}): Paragraph {
  return new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun({ text: line, ...run })] })
}

function blockOf(block: TextBlock): (Paragraph | Table)[] {
  if (block.block === 'table') return [tableOf(block.head, block.rows), new Paragraph('')]
  if (block.block === 'heading') return [indented(block.text, block.level === 'first' ? FONT.heading : FONT.second)]
  return block.text.split('\n').map((line) => indented(line))
}

/** unit: characters */
const FIRST_LINE_INDENT = 2

function indented(line: string, font?: string): Paragraph {
  return new Paragraph({ indent: { firstLine: FIRST_LINE_INDENT * TYPE_PT.body * TWIPS_PER_POINT }, children: [new TextRun(font === undefined ? { text: line } : { text: line, font })] })
}

function attachmentsOf(text: DocumentText): Paragraph[] {
  return text.attachments.map((file, index) => indented(`${index === 0 ? '附件：' : '　　　'}${text.attachments.length === 1 ? '' : `${index + 1}. `}${file.name}`))
}

function signed(line: string): Paragraph {
  return new Paragraph({ alignment: AlignmentType.RIGHT, indent: { right: SIGNATURE_INDENT * TYPE_PT.body * TWIPS_PER_POINT }, children: [new TextRun(line)] })
}

function small(line: string): Paragraph {
  return new Paragraph({ children: [new TextRun({ text: line, font: FONT.page, size: TYPE_PT.table * HALF_POINTS })] })
}

const WHOLE_WIDTH_PERCENT = 100

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): Table {
  const cell = (value: string, bold: boolean) => new TableCell({ children: value.split('\n').map((line) => new Paragraph({ spacing: { line: TYPE_PT.body * TWIPS_PER_POINT, lineRule: LineRuleType.AT_LEAST }, children: [new TextRun({ text: line, bold, font: FONT.page, size: TYPE_PT.table * HALF_POINTS })] })) })
  return new Table({
    width: { size: WHOLE_WIDTH_PERCENT, type: WidthType.PERCENTAGE },
    rows: [head, ...rows].map((row, index) => new TableRow({ tableHeader: index === 0, cantSplit: true, children: row.map((value) => cell(value, index === 0)) })),
  })
}
