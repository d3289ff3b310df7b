import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { DocumentText } from '#core/document/document-text.ts'
import { docxFile } from './docx-file.ts'
import { pdfFile } from './pdf-file.ts'
import { sfntOf } from './sfnt.ts'

const TEXT: DocumentText = {
  title: '限期整改通知书', kind: 'order', number: '整改通〔2026〕3号', issuer: { office: '实施机构', organization: '某市大数据中心' }, addressees: ['某数据公司'],
  blocks: [{ block: 'heading', level: 'first', text: '整改要求' }, { block: 'paragraph', text: '请于2026年10月9日前完成整改。' }, { block: 'table', head: ['序号', '措施'], rows: [['1', '补报情况']] }],
  attachments: [{ name: '检查记录.pdf', sha256: 'a'.repeat(64) }], signatures: ['某市大数据中心'], date: legalDate('2026-09-05'), rests_on: '《某市实施细则》第三十三条第一款', case_number: '整改〔2026〕1号', law: '《某市实施细则》',
}
const LONG: DocumentText = { ...TEXT, blocks: Array.from({ length: 120 }, () => ({ block: 'paragraph', text: '公共数据资源授权运营，是指将公共数据资源按照法律法规和相关要求授权运营机构进行治理、开发。' }) as const) }

const wordsOf = (docx: Buffer) => strFromU8(unzipSync(docx)['word/document.xml'] ?? new Uint8Array()).replaceAll(/<[^>]+>/g, '')
const pagesOf = (pdf: Buffer) => [...pdf.toString('latin1').matchAll(/\/Type \/Page\b/g)].length

describe('the files of a document', () => {
  test('say every word of it in Word, with its date for every time', async () => {
    const docx = await docxFile(TEXT)
    for (const word of ['限期整改通知书', '整改通〔2026〕3号', '某数据公司：', '请于2026年10月9日前完成整改。', '补报情况', '附件：检查记录.pdf', '2026年9月5日', '依据：《某市实施细则》第三十三条第一款']) expect(wordsOf(docx)).toContain(word)
    expect(strFromU8(unzipSync(docx)['docProps/core.xml'] ?? new Uint8Array())).toContain('2026-09-05T00:00:00Z')
  })

  test('have the same bytes when drawn again, so that a hash in the evidence can be recomputed', async () => {
    const drawn = async () => [await docxFile(TEXT), await pdfFile(TEXT)] as const
    const [first, second] = [await drawn(), await drawn()]
    expect(first[0].equals(second[0])).toBe(true)
    expect(first[1].equals(second[1])).toBe(true)
    expect((await pdfFile({ ...TEXT, number: '整改通〔2026〕4号' })).equals(first[1])).toBe(false)
  })

  test('embed a part of the font and break into pages', async () => {
    const [short, long] = [await pdfFile(TEXT), await pdfFile(LONG)]
    expect(short.toString('latin1', 0, 5)).toBe('%PDF-')
    expect([pagesOf(short), pagesOf(long) > 5]).toEqual([1, true])
    expect(short.length).toBeLessThan(200_000)
  })

  test('never print an empty box: a character that the font has not is named below', async () => {
    const [plain, rare] = [await pdfFile(TEXT), await pdfFile({ ...TEXT, addressees: ['𠮷林公司'] })]
    expect(rare.length).toBeGreaterThan(plain.length)
    expect(wordsOf(await docxFile({ ...TEXT, addressees: ['𠮷林公司'] }))).toContain('𠮷林公司')
  })

  test('need a font that is one', () => {
    expect(() => sfntOf(Buffer.from('not a font at all'))).toThrow('no WOFF font')
  })
})
