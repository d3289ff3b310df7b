import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, isNode, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { z } from 'zod'
import { contentSchema } from '#core/pack/content-format.ts'
import { documentSchema } from '#core/pack/document-format.ts'
import { deviationSchema, dutySchema, figureSchema, manifestSchema, officeSchema, policySchema, registerSchema, termSchema, thresholdSchema } from '#core/pack/pack-format.ts'
import type { PackSource } from '#core/pack/pack-format.ts'
import { procedureSchema } from '#core/pack/procedure-format.ts'
import { PackRefused } from './pack-finding.ts'
import type { PackFinding } from './pack-finding.ts'

/** A pack's folder, read and typed, with the documents that know each rule's line. */
export type ReadPack = { folder: string; source: PackSource; places: PackPlaces }

/** Finds the file and line of a rule by its path, e.g. `['procedures', 'data-demand', 'steps', 'formal-review']`. */
export type PackPlaces = (path: readonly (string | number)[]) => { file: string; line: number }

/** What the format expects, in Chinese. */
const CHINESE = z.locales.zhCN().localeError

type Part = { file: string; document: Document; lines: LineCounter }

/**
 * Reads the folder of one pack. Every file is checked against the format; all faults are collected and thrown as
 * one `PackRefused` with file, line and cure. Nothing else is loaded from the folder.
 */
export function readPack(folder: string): ReadPack {
  const findings: PackFinding[] = []
  const parts = new Map<string, Part>()
  const read = <T>(section: string, file: string, schema: z.ZodType<T>, missing: T | undefined): T | undefined => {
    const path = join(folder, file)
    if (!existsSync(path)) {
      if (missing === undefined) findings.push({ file: path, line: 1, code: 'pack-file-must-exist', message: `缺少文件 ${file}。`, cure: '请补上该文件。' })
      return missing
    }
    const lines = new LineCounter()
    const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, merge: true })
    parts.set(section, { file: path, document, lines })
    for (const error of document.errors) {
      findings.push({ file: path, line: lines.linePos(error.pos[0]).line, code: 'yaml-must-be-well-formed', message: `不是规范的 YAML：${error.message.split('\n')[0] ?? ''}`, cure: '请按 YAML 格式更正；同一编号只写一次。' })
    }
    if (document.errors.length > 0) return undefined
    const parsed = schema.safeParse(document.toJS() ?? {}, { error: CHINESE })
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) findings.push(shapeFinding(path, document, lines, issue))
    return undefined
  }

  const byId = <T>(schema: z.ZodType<T>) => z.record(z.string(), schema)
  const manifest = read('manifest', 'pack.yaml', manifestSchema, undefined)
  const terms = read('terms', 'terms.yaml', byId(termSchema), {})
  const offices = read('offices', 'offices.yaml', byId(officeSchema), {})
  const figures = read('figures', 'figures.yaml', byId(figureSchema), {})
  const contents = readAll(folder, 'contents', (file, section) => read(section, file, byId(contentSchema), {}))
  const procedures = readEach(folder, 'procedures', 'procedure', (file, section) => read(section, file, procedureSchema, undefined))
  const registers = readEach(folder, 'registers', 'register', (file, section) => read(section, file, registerSchema, undefined))
  const policies = readEach(folder, 'policies', 'policy', (file, section) => read(section, file, policySchema, undefined))
  const duties = readEach(folder, 'duties', 'duty', (file, section) => read(section, file, dutySchema, undefined))
  const documents = readEach(folder, 'documents', 'document', (file, section) => read(section, file, documentSchema, undefined))
  const thresholds = read('thresholds', 'thresholds.yaml', byId(thresholdSchema), {})
  const deviations = read('deviations', 'deviations.yaml', z.array(deviationSchema), [])
  if (findings.length > 0 || !manifest) throw new PackRefused(findings)

  const source: PackSource = {
    manifest, text: readFileSync(join(folder, 'text.md'), 'utf8'), terms: terms ?? {}, offices: offices ?? {}, figures: figures ?? {},
    contents, procedures, registers, policies, duties, thresholds: thresholds ?? {}, documents, deviations: deviations ?? [],
  }
  return { folder, source, places: (path) => placeOf(parts, folder, path) }
}

/** All packs below a folder, by id. A folder without `pack.yaml` is no pack. */
export function readPacks(root: string): Map<string, ReadPack> {
  const packs = new Map<string, ReadPack>()
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || !existsSync(join(root, entry.name, 'pack.yaml'))) continue
    const pack = readPack(join(root, entry.name))
    const { pack: id } = pack.source.manifest
    if (id !== entry.name) {
      throw new PackRefused([{ ...pack.places(['manifest', 'pack']), code: 'pack-must-be-named-as-its-folder', message: `规则包名为 ${id}，文件夹名为 ${entry.name}。`, cure: '请使二者一致。' }])
    }
    packs.set(id, pack)
  }
  return packs
}

function yamlFiles(folder: string, below: string): string[] {
  const path = join(folder, below)
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.yaml')).toSorted() : []
}

/** Reads every file of a sub-folder that holds one rule each, keyed by the rule's own id. */
function readEach<T>(folder: string, below: string, idKey: keyof T, read: (file: string, section: string) => T | undefined): Record<string, T> {
  const found: Record<string, T> = {}
  for (const name of yamlFiles(folder, below)) {
    const id = name.replace(/\.yaml$/, '')
    const rule = read(join(below, name), `${below}/${id}`)
    if (!rule) continue
    if (rule[idKey] !== id) {
      throw new PackRefused([{ file: join(folder, below, name), line: 1, code: 'rule-must-be-named-as-its-file', message: `${String(rule[idKey])} 与文件名 ${name} 不一致。`, cure: '请使二者一致。' }])
    }
    found[id] = rule
  }
  return found
}

/** Reads every file of a sub-folder that holds several rules by id; the same id twice is refused. */
function readAll<T>(folder: string, below: string, read: (file: string, section: string) => Record<string, T> | undefined): Record<string, T> {
  const found: Record<string, T> = {}
  for (const name of yamlFiles(folder, below)) {
    for (const [id, rule] of Object.entries(read(join(below, name), `${below}/${name.replace(/\.yaml$/, '')}`) ?? {})) {
      if (id in found) {
        throw new PackRefused([{ file: join(folder, below, name), line: 1, code: 'rule-must-stand-once', message: `${id} 在 ${below} 中出现两次。`, cure: '请保留一处。' }])
      }
      found[id] = rule
    }
  }
  return found
}

function shapeFinding(file: string, document: Document, lines: LineCounter, issue: z.core.$ZodIssue): PackFinding {
  const place = issue.path.map(String).join('.')
  return {
    file,
    line: lineOf(document, lines, issue.path),
    code: 'rule-must-fit-the-format',
    message: `${place === '' ? '文件' : place}：${issue.message}`,
    cure: '请对照规则包编写指南更正。',
  }
}

/** The line of the deepest node on the path that exists. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

function placeOf(parts: ReadonlyMap<string, Part>, folder: string, path: readonly (string | number)[]): { file: string; line: number } {
  const [section = '', second, ...rest] = path
  const whole = parts.get(String(section))
  if (whole) return { file: whole.file, line: lineOf(whole.document, whole.lines, path.slice(1)) }
  const single = parts.get(`${section}/${second}`)
  if (single) return { file: single.file, line: lineOf(single.document, single.lines, rest) }
  for (const [name, part] of parts) {
    if (name.startsWith(`${section}/`) && part.document.hasIn([second])) return { file: part.file, line: lineOf(part.document, part.lines, path.slice(1)) }
  }
  return { file: folder, line: 1 }
}
