import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAndCheck } from '#adapters/packs/check-packs.ts'
import type { CheckedFinding } from '#adapters/packs/check-packs.ts'
import { PackRefused } from '#adapters/packs/pack-finding.ts'

/** The city's pack and what stands above it. */
export const FAMILY: readonly string[] = ['chengdu-2026', 'national-authorization-2025', 'national-registration-2025', 'national-holidays']

/** A copy of the real packs on disk in which a test may break a rule. */
export class PackCopy {
  readonly root = mkdtempSync(join(tmpdir(), 'packs-'))

  /** All packs, or the named ones: every finding reads them all again. */
  constructor(packs: readonly string[] = readdirSync('packs')) {
    for (const pack of packs) cpSync(join('packs', pack), join(this.root, pack), { recursive: true })
  }

  /** Replaces the first occurrence of a text after `after`; returns the line on which `mark` (default: the new text's first line) then stands. */
  change(file: string, after: string, from: string, to: string): number {
    const path = join(this.root, file)
    const text = readFileSync(path, 'utf8')
    const start = text.indexOf(after)
    const at = start < 0 ? -1 : text.indexOf(from, start)
    if (at < 0) throw new Error(`${file} no longer has “${from}” after “${after}”: mend this test`)
    writeFileSync(path, text.slice(0, at) + to + text.slice(at + from.length))
    return text.slice(0, at).split('\n').length
  }

  append(file: string, text: string): number {
    const path = join(this.root, file)
    const before = readFileSync(path, 'utf8')
    writeFileSync(path, `${before}${text}`)
    return before.split('\n').length
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.root, file), text)
  }

  /** Every finding, also those for which the format alone refuses; files relative to the copy. */
  async findings(): Promise<CheckedFinding[]> {
    const own = (finding: Omit<CheckedFinding, 'kind'> & Partial<CheckedFinding>): CheckedFinding => ({ kind: 'error', ...finding, file: finding.file.replace(`${this.root}/`, '') })
    try {
      return (await readAndCheck(this.root)).findings.map(own)
    } catch (error) {
      if (error instanceof PackRefused) return error.findings.map(own)
      throw error
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
