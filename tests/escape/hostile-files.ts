/** The hostile files of the corpus, by the name of their recipe; places of the scene are filled in. */
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import type { Zippable } from 'fflate'
import type { Attempt } from '#tests/escape/attempt.ts'
import type { Scene } from '#tests/escape/scene.ts'

const MEGABYTE = 1024 * 1024
/** So much that a reader which believes the file holds it; small once packed. */
const LARGE = 64 * MEGABYTE
/** A link, for whoever unpacks on Unix. */
const LINK = { os: 3, attrs: 0o120777 << 16, level: 0 } as const

const XML = '<?xml version="1.0"?>'
const cell = (text: string, reference = ''): string => `<c${reference} t="inlineStr"><is><t>${text}</t></is></c>`
const sheet = (rows: string, before = ''): string => `${XML}${before}<worksheet><sheetData>${rows}</sheetData></worksheet>`
const HEADER = `<row>${cell('a')}</row>`
const RELATION = '<Relationship Id="r1" Target="worksheets/s.xml"/>'

/** A workbook of one sheet; `more` are further entries or others in the place of the usual. */
function workbook(of: { sheet?: string; relations?: string; book?: string; more?: Zippable }): Buffer {
  const text = (value: string): Uint8Array => Buffer.from(value)
  return Buffer.from(zipSync({
    'xl/workbook.xml': text(of.book ?? `${XML}<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`),
    'xl/_rels/workbook.xml.rels': text(`${XML}<Relationships>${of.relations ?? RELATION}</Relationships>`),
    'xl/worksheets/s.xml': text(of.sheet ?? sheet(`${HEADER}<row>${cell('1')}</row>`)),
    ...of.more,
  }))
}

/** An XML document that takes the text of another place for its own. */
const entity = (system: string): string => `<!DOCTYPE x [<!ENTITY e SYSTEM "${system}">]>`

/** Each entity stands for ten of the one before. */
function laughs(): string {
  const lines = Array.from({ length: 8 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`)
  return `<!DOCTYPE x [<!ENTITY l0 "ha">${lines.join('')}]>`
}

/** The size that a zip's directory tells of its largest entry, made small. */
function understated(zip: Buffer): Buffer {
  const told = Buffer.alloc(4)
  told.writeUInt32LE(LARGE)
  for (let at = zip.indexOf(told); at >= 0; at = zip.indexOf(told, at)) zip.writeUInt32LE(100, at)
  return zip
}

/** Blocks of four bytes that stand for 128 KiB each. */
function zstdOfRuns(): Buffer {
  const run = 128 * 1024
  const blocks = Array.from({ length: LARGE / run }, (_, at) => {
    const block = Buffer.alloc(4, 'a')
    block.writeUIntLE((run << 3) | (1 << 1) | (at === LARGE / run - 1 ? 1 : 0), 0, 3)
    return block
  })
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), ...blocks])
}

/** A gzip file that says under which name it is to be kept. */
function named(name: string, content: string): Buffer {
  const plain = gzipSync(content)
  const head = Buffer.from(plain.subarray(0, 10))
  head[3] = 8
  return Buffer.concat([head, Buffer.from(`${name}\0`), plain.subarray(10)])
}

const bombSheet = (): Buffer => Buffer.from(sheet(`${HEADER}<row>${cell(' '.repeat(LARGE))}</row>`))
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
const lines = (header: string, row = '1'): Buffer => Buffer.from(`${quoted(header)}\n${quoted(row)}\n`)

type Recipe = (at: (text: string) => string) => Buffer

const RECIPES: Readonly<Record<string, Recipe>> = {
  'plain-table': () => lines('a', 'x'),
  'entity-of-file': (at) => workbook({ sheet: sheet(`${HEADER}<row>${cell('&e;')}</row>`, entity(at('file://{dir}/secret.txt'))) }),
  'entity-of-file-without-scheme': (at) => workbook({ sheet: sheet(`${HEADER}<row>${cell('&e;')}</row>`, entity(at('{dir}/secret.txt'))) }),
  'entity-of-network': (at) => workbook({ sheet: sheet(`${HEADER}<row>${cell('&e;')}</row>`, entity(at('http://127.0.0.1:{port}/e'))) }),
  'entity-of-parameter': (at) => workbook({ sheet: sheet(HEADER, at('<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:{port}/e"> %e;]>')) }),
  'entity-of-other-tenant': (at) => workbook({ sheet: sheet(`${HEADER}<row>${cell('&e;')}</row>`, entity(at('file://{tenant}/names.txt'))) }),
  'doctype-of-network': (at) => workbook({ sheet: sheet(HEADER, at('<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">')) }),
  'entity-in-shared-texts': (at) => workbook({ more: { 'xl/sharedStrings.xml': Buffer.from(`${XML}${entity(at('file://{dir}/secret.txt'))}<sst><si><t>&e;</t></si></sst>`) } }),
  'entity-in-styles': (at) => workbook({ more: { 'xl/styles.xml': Buffer.from(`${XML}${entity(at('file://{dir}/secret.txt'))}<styleSheet><numFmts><numFmt numFmtId="200" formatCode="&e;"/></numFmts></styleSheet>`) } }),
  'entity-in-book': (at) => workbook({ book: `${XML}${entity(at('file://{dir}/secret.txt'))}<workbook><sheets><sheet name="&e;" r:id="r1"/></sheets></workbook>` }),
  'entities-of-entities': () => workbook({ sheet: sheet(`${HEADER}<row>${cell('&l8;')}</row>`, laughs()) }),
  'relation-to-file': (at) => workbook({ relations: at('<Relationship Id="r1" TargetMode="External" Target="file://{dir}/secret.csv"/>') }),
  'relation-to-path': (at) => workbook({ relations: at('<Relationship Id="r1" Target="{dir}/secret.csv"/>') }),
  'relation-upwards': (at) => workbook({ relations: at(`<Relationship Id="r1" Target="${'../'.repeat(12)}{dir}/secret.csv"/>`) }),
  'relation-to-network': (at) => workbook({ relations: at(`${RELATION}<Relationship Id="r2" TargetMode="External" Target="http://127.0.0.1:{port}/x"/>`) }),
  'relation-of-external-link': (at) => workbook({ more: { 'xl/externalLinks/_rels/externalLink1.xml.rels': Buffer.from(at('<Relationships><Relationship Id="r1" TargetMode="External" Target="file://{tenant}/names.txt"/></Relationships>')) } }),
  'entry-upwards': (at) => workbook({ more: { [at(`${'../'.repeat(12)}{drop}/{id}`)]: Buffer.from('x') } }),
  'entry-at-root': (at) => workbook({ more: { [at('{drop}/{id}')]: Buffer.from('x') } }),
  'entry-over-a-file': (at) => workbook({ more: { [at('{dir}/victim.txt')]: Buffer.from(at('taken by {id}')) } }),
  'link-to-file': (at) => workbook({ more: { 'xl/worksheets/s.xml': [Buffer.from(at('{dir}/secret.txt')), LINK] } }),
  'link-then-entry': (at) => workbook({ more: { out: [Buffer.from(at('{drop}')), LINK], [at('out/{id}')]: Buffer.from('x') } }),
  'sheet-of-spaces': () => workbook({ more: { 'xl/worksheets/s.xml': bombSheet() } }),
  'sheet-of-understated-size': () => understated(workbook({ more: { 'xl/media/x.bin': Buffer.alloc(LARGE) } })),
  'many-entries': () => workbook({ more: Object.fromEntries(Array.from({ length: 12_000 }, (_, at) => [`x/${at}`, [new Uint8Array(0), { level: 0 }] as const])) as Zippable }), // pairs that the library takes
  'far-row': () => workbook({ sheet: sheet(`${HEADER}<row r="900000000">${cell('x')}</row>`) }),
  'far-column': () => workbook({ sheet: sheet(`<row>${cell('a', ' r="AAAAAA1"')}</row>`) }),
  'gzip-of-zeros': () => gzipSync(Buffer.alloc(LARGE, 'a')),
  'gzip-in-gzip': () => gzipSync(gzipSync(Buffer.alloc(LARGE, 'a'))),
  'gzip-of-many-members': () => Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(MEGABYTE, 'a')))),
  'gzip-named-upwards': (at) => named(at(`${'../'.repeat(12)}{drop}/{id}`), 'a\nx\n'),
  'gzip-named-at-root': (at) => named(at('{drop}/{id}'), 'a\nx\n'),
  'zstd-of-runs': zstdOfRuns,
  'gzip-of-one-line': () => gzipSync(Buffer.concat([Buffer.from('a\n'), Buffer.alloc(LARGE, 'x')])),
  'line-without-end': () => Buffer.concat([Buffer.from('a\n'), Buffer.alloc(LARGE / 2 - 2, 'x')]),
  'quote-without-end': () => Buffer.concat([Buffer.from('a\n"'), Buffer.from(`${'x'.repeat(LARGE / 2)}`)]),
  'header-as-copy': (at) => lines(at(`a" FROM (VALUES (1)) t(a); COPY (SELECT 1) TO '{drop}/{id}'; --`)),
  'header-as-file': (at) => lines(at(`name" FROM '{dir}/secret.csv'; --`)),
  'header-as-reader': (at) => lines(at(`content" FROM read_text('{dir}/secret.txt'); --`)),
  'value-as-copy': (at) => lines('a', at(`x'); COPY (SELECT 1) TO '{drop}/{id}'; --`)),
  'value-as-reader': (at) => lines('a', at(`x'); SELECT content FROM read_text('{dir}/secret.txt'); --`)),
  'header-of-many-columns': () => Buffer.from(`${Array.from({ length: 120_000 }, (_, at) => `"c${at}"`).join(',')}\n`),
  'object-of-many-keys': () => Buffer.from(`{${Array.from({ length: 120_000 }, (_, at) => `"c${at}":1`).join(',')}}\n`),
  'lists-in-lists': () => Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}\n`),
  'objects-in-objects': () => Buffer.from(`${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}\n`),
  'footer-of-four-gigabytes': () => Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64), Buffer.from([0xff, 0xff, 0xff, 0x3f]), Buffer.from('PAR1')]),
}

/** The file of an attempt, and the name under which it is supplied. @throws for a recipe that is not there */
export function hostileFile(attempt: Attempt, scene: Scene): { name: string; bytes: Buffer } {
  const recipe = RECIPES[attempt.file.recipe]
  if (recipe === undefined) throw new Error(`no recipe for a file is called ${attempt.file.recipe}`)
  const at = (text: string): string => scene.fill(text, false).replaceAll('{id}', attempt.id)
  return { name: at(attempt.file.name), bytes: recipe(at) }
}
