/** What is wrong with a pack: where, what, and what to write instead. */
export type PackFinding = {
  file: string
  line: number
  code: string
  message: string
  cure: string
}

/** A pack that cannot be loaded; carries every finding. */
export class PackRefused extends Error {
  override readonly name = 'PackRefused'
  readonly findings: readonly PackFinding[]
  constructor(findings: readonly PackFinding[]) {
    super(findings.map(findingLine).join('\n'))
    this.findings = findings
  }
}

/** `packs/x/figures.yaml:12 unknown-office …` as one line for a terminal. */
export function findingLine(finding: PackFinding): string {
  return `${finding.file}:${finding.line} ${finding.code}：${finding.message} ${finding.cure}`
}
