/** The parts of an xlsx workbook that give its one table meaning: which sheet, shared texts, and which styles are dates. */
import { Readable } from 'node:stream'
import sax from 'sax'
import type { QualifiedTag, Tag } from 'sax'
import { RandomAccessReader, fromRandomAccessReader } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import type { StagedBytes } from '#adapters/vault/ingest/staged-source.ts'

export interface Workbook {
  /** The XML of the one visible sheet, as a stream. */
  sheet(): Promise<Readable>
  sharedTexts: string[]
  /** For each cell style what its numbers are. */
  styles: ('number' | 'date' | 'timestamp')[]
  /** Whether days count from 1904 instead of 1900. */
  from1904: boolean
  close(): void
}

/** Most files within a workbook. Real ones have some dozens. */
const entriesMax = 10_000

/** Opens a workbook. Throws `IngestError`: `format-unknown` for another kind of zip, `workbook-malformed` with the cause, `expansion-too-large` for a bomb. */
export async function openWorkbook(staged: StagedBytes, limits: IngestLimits): Promise<Workbook> {
  const { zip, entries } = await readEntries(staged, limits)
  try {
    const part = async (name: string): Promise<Readable | undefined> => {
      const entry = entries.get(name)
      return entry === undefined ? undefined : zip.openReadStreamPromise(entry)
    }
    const main = await part('xl/workbook.xml')
    if (main === undefined) throw new IngestError('format-unknown', '文件是 zip 压缩包，不是表格文件，请先解压。', { row: 0 })
    const book = await readBook(main)
    const target = (await readRelations(await part('xl/_rels/workbook.xml.rels'))).get(book.sheet) ?? ''
    const name = target.startsWith('/') ? target.slice(1) : `xl/${target}`
    if (!entries.has(name)) throw workbookMalformed('找不到工作表的内容')
    return {
      sheet: async () => (await part(name)) ?? Readable.from([]),
      sharedTexts: await readSharedTexts(await part('xl/sharedStrings.xml'), limits.sharedTextBytesMax),
      styles: await readStyles(await part('xl/styles.xml')),
      from1904: book.from1904,
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

export function workbookMalformed(clause: string, options?: ErrorOptions): IngestError {
  return new IngestError('workbook-malformed', `${clause}。`, { row: 0 }, options)
}

class StagedZip extends RandomAccessReader {
  readonly #staged: StagedBytes
  constructor(staged: StagedBytes) {
    super()
    this.#staged = staged
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const staged = this.#staged
    const step = 1 << 20
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = start; at < end; at += step) yield await staged.read(at, Math.min(at + step, end))
    }
    return Readable.from(pieces(), { objectMode: false })
  }
}

async function readEntries(staged: StagedBytes, limits: IngestLimits): Promise<{ zip: ZipFile; entries: Map<string, Entry> }> {
  const entries = new Map<string, Entry>()
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromRandomAccessReader(new StagedZip(staged), staged.bytes, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, opened) =>
      opened === undefined ? reject(workbookMalformed('压缩包不完整或者已损坏', { cause: error })) : resolve(opened),
    )
  })
  let content = 0
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      content += entry.uncompressedSize
      entries.set(entry.fileName, entry)
      if (entries.size > entriesMax) reject(workbookMalformed(`压缩包中的文件超过 ${entriesMax} 个的上限`))
      else if (content > limits.textBytesMax) reject(tooLarge(`解压后超过 ${limits.textBytesMax} 字节的上限`))
      else if (content > limits.ratioFromBytes && content / staged.bytes > limits.ratioMax) {
        reject(tooLarge(`解压后已达压缩前的 ${Math.floor(content / staged.bytes)} 倍，超过 ${limits.ratioMax} 倍的上限，疑为压缩炸弹`))
      } else zip.readEntry()
    })
    zip.on('end', () => resolve())
    zip.on('error', (error: unknown) => reject(workbookMalformed('压缩包不完整或者已损坏', { cause: error })))
    zip.readEntry()
  }).catch((error: unknown) => {
    zip.close()
    throw error
  })
  return { zip, entries }
}

function tooLarge(clause: string): IngestError {
  return new IngestError('expansion-too-large', `工作簿${clause}。`, { row: 0 })
}

export interface XmlHandlers {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

/** Elements within elements. Workbooks of real programs have a dozen. */
const depthMax = 64

/** Streams XML through the handlers, names without prefix. Entities of a document's own are refused, so they cannot expand. */
export async function readXml(source: Readable, handlers: XmlHandlers): Promise<void> {
  const parser = sax.createStream(true, { xmlns: false })
  let depth = 0
  const local = (name: string): string => name.slice(name.indexOf(':') + 1)
  parser.on('opentag', (tag: Tag | QualifiedTag) => {
    depth += 1
    if (depth > depthMax) throw workbookMalformed(`工作簿的内容嵌套超过 ${depthMax} 层的上限`)
    const attributes = Object.fromEntries(Object.entries(tag.attributes).map(([name, value]) => [local(name), typeof value === 'string' ? value : value.value]))
    handlers.open?.(local(tag.name), attributes)
  })
  parser.on('text', (text: string) => handlers.text?.(text))
  parser.on('closetag', () => (depth -= 1))
  parser.on('cdata', (text: string) => handlers.text?.(text))
  parser.on('closetag', (name: string) => handlers.close?.(local(name)))
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      source.destroy()
      reject(error instanceof IngestError ? error : workbookMalformed('工作簿的内容已损坏', { cause: error }))
    }
    parser.on('doctype', () => fail(workbookMalformed('工作簿的内容含有文档类型声明，不予接收')))
    parser.on('error', fail)
    parser.on('end', resolve)
    source.on('error', fail)
    source.on('data', (bytes: Buffer) => {
      try {
        parser.write(bytes)
      } catch (error) {
        fail(error)
      }
    })
    source.on('end', () => parser.end())
  })
}

async function readBook(source: Readable): Promise<{ sheet: string; from1904: boolean }> {
  const sheets: string[] = []
  let from1904 = false
  await readXml(source, {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attributes['date1904'] ?? '')
      if (name === 'sheet' && (attributes['state'] ?? 'visible') === 'visible') sheets.push(attributes['id'] ?? '')
    },
  })
  const [sheet] = sheets
  if (sheet === undefined || sheets.length > 1) throw workbookMalformed(`工作簿有 ${sheets.length} 张可见的工作表，应只有 1 张`)
  return { sheet, from1904 }
}

async function readRelations(source: Readable | undefined): Promise<Map<string, string>> {
  const targets = new Map<string, string>()
  if (source === undefined) return targets
  await readXml(source, {
    open(name, attributes) {
      if (name === 'Relationship') targets.set(attributes['Id'] ?? '', attributes['Target'] ?? '')
    },
  })
  return targets
}

async function readSharedTexts(source: Readable | undefined, bytesMax: number): Promise<string[]> {
  const texts: string[] = []
  if (source === undefined) return texts
  let bytes = 0
  let current = ''
  let within = false
  let phonetic = false
  await readXml(source, {
    open(name) {
      if (name === 'si') current = ''
      if (name === 't') within = true
      // Pronunciation beside the text is no part of it.
      if (name === 'rPh') phonetic = true
    },
    text(text) {
      if (!within || phonetic) return
      bytes += 2 * text.length
      if (bytes > bytesMax) throw tooLarge(`共用文字超过 ${bytesMax} 字节的上限`)
      current += text
    },
    close(name) {
      if (name === 't') within = false
      if (name === 'rPh') phonetic = false
      if (name === 'si') texts.push(current)
    },
  })
  return texts
}

/** Number formats that the standard (ECMA-376 part 1, 18.8.30) and Chinese Excel define as dates, and as dates with a time. */
const builtInDates = new Set([14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58])
const builtInTimes = new Set([22])

async function readStyles(source: Readable | undefined): Promise<Workbook['styles']> {
  const own = new Map<number, string>()
  const styles: Workbook['styles'] = []
  let withinCells = false
  if (source === undefined) return styles
  await readXml(source, {
    open(name, attributes) {
      const id = Number(attributes['numFmtId'] ?? '0')
      if (name === 'numFmt') own.set(id, attributes['formatCode'] ?? '')
      if (name === 'cellXfs') withinCells = true
      if (name === 'xf' && withinCells) styles.push(kindOf(id, own.get(id)))
    },
    close(name) {
      if (name === 'cellXfs') withinCells = false
    },
  })
  return styles
}

function kindOf(id: number, code: string | undefined): Workbook['styles'][number] {
  if (builtInTimes.has(id)) return 'timestamp'
  if (builtInDates.has(id)) return 'date'
  const letters = (code ?? '').replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, '').toLowerCase()
  if (!/[yd]/.test(letters)) return 'number'
  return letters.includes('h') ? 'timestamp' : 'date'
}
