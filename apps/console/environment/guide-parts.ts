import type { JobView } from '#apps/api/wire/environment.ts'

export type Evidence = JobView['layers'][number]['evidence']
/** What a finding means to somebody who is no statistician: why it matters, an example from its own figures, what to change. */
export type Guide = { why: string; example: string | null; change: string[] }
/** What of the job itself the advice names. */
export type About = { sql: string; key: string }
export type Writer = (evidence: Evidence, about: About) => Guide
export type Guides = Readonly<Record<string, Writer>>

const HUNDRED = 100

/** A figure of a finding, where it is told: who asked for a job is told the rules' own figures alone. */
export function figure(evidence: Evidence, name: string): number | null {
  const value = evidence[name]
  return typeof value === 'number' ? value : null
}

/** A sentence with figures, where every one of them is told; else nothing. */
export function withFigures(evidence: Evidence, names: readonly string[], sentence: (...figures: string[]) => string): string {
  const figures = names.map((name) => figure(evidence, name))
  return figures.every((one) => one !== null) ? sentence(...figures.map(String)) : ''
}

/** How many rows a finding is about, of how many: the measured counts that its example begins with. */
export function counted(evidence: Evidence, what: (minimum: string) => string): string {
  const said = what(minimumOf(evidence))
  const [faulty, all] = [figure(evidence, 'rows'), figure(evidence, 'of')]
  if (faulty === null) return typeof evidence['extent'] === 'string' ? `本结果的${evidence['extent']}行${said}。` : ''
  return all === null ? `本结果有 ${faulty} 行${said}。` : `本结果共 ${all} 行，其中 ${faulty} 行${said}。`
}

export function minimumOf(evidence: Evidence): string {
  return `${figure(evidence, 'minimum') ?? '规定数'}`
}

/** A column in quotation marks, where the finding names one. */
export function columnOf(evidence: Evidence, name: 'column' | 'source' = 'column'): string {
  const column = evidence[name]
  return typeof column === 'string' && column !== '' ? `“${column}”` : ''
}

/** Whole rows of a hundred, for a share between 0 and 1. */
export function percent(share: number): string {
  return `${Math.round(share * HUNDRED)}%`
}
