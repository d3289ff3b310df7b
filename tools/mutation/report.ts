import type { Judged } from './messages.ts'
import { KINDS } from './mutants.ts'
import type { Kind } from './mutants.ts'
import type { Reasons } from './reasons.ts'
import type { PackResult } from './share.ts'

export const BUDGET_PERCENT = 95 // of the mutants that can be told apart; the aim of the conformance work

export type Survivor = Judged & { crashed: string | null; met: boolean; reason: string | null }

/** The mutants of a pack that nothing killed; `reason` where they cannot be told apart. */
export function survivorsOf(result: PackResult, reasons: Reasons): Survivor[] {
  return result.judged.flatMap((one) => (one.verdict.killed === null ? [{ ...one, crashed: one.verdict.crashed, met: one.verdict.met, reason: reasons[result.pack]?.[one.id] ?? null }] : []))
}

/** Mutants that are said to be equivalent, and are killed or not there. */
export function staleReasons(result: PackResult, reasons: Reasons): string[] {
  const alive = new Set(survivorsOf(result, reasons).map((one) => one.id))
  return Object.keys(reasons[result.pack] ?? {}).filter((id) => !alive.has(id))
}

type Row = { mutants: number; golden: number; check: number; stories: number; survive: number; equivalent: number }

function rowOf(result: PackResult, reasons: Reasons, kind: Kind | null): Row {
  const judged = result.judged.filter((one) => kind === null || one.kind === kind)
  const by = (who: string) => judged.filter((one) => one.verdict.killed === who).length
  const alive = survivorsOf({ ...result, judged }, reasons)
  const equivalent = alive.filter((one) => one.reason !== null).length
  return { mutants: judged.length, golden: by('golden'), check: by('pack-check'), stories: by('stories'), survive: alive.length - equivalent, equivalent }
}

function percent(row: Row): number {
  const able = row.mutants - row.equivalent
  return able === 0 ? WHOLE : ((able - row.survive) / able) * WHOLE
}

const WHOLE = 100 // percent
const WIDTHS = [12, 9, 9, 12, 9, 11, 12, 8] // characters of the columns of a terminal

/** One line for each kind of mutant, and their sum. */
export function tableOf(result: PackResult, reasons: Reasons): string[] {
  const line = (cells: readonly (string | number)[]) => cells.map((cell, index) => (index === 0 ? String(cell).padEnd(WIDTHS[index] ?? 0) : String(cell).padStart(WIDTHS[index] ?? 0))).join('')
  const rows = cellsOf(result, reasons)
  return [line(['kind', ...HEADS]), ...rows.map(line)]
}

const HEADS = ['mutants', 'golden', 'pack-check', 'stories', 'survivors', 'equivalent', '%']

function cellsOf(result: PackResult, reasons: Reasons): (string | number)[][] {
  const kinds = KINDS.filter((kind) => result.judged.some((one) => one.kind === kind))
  return [...kinds, null].map((kind) => {
    const row = rowOf(result, reasons, kind)
    return [kind ?? 'all', row.mutants, row.golden, row.check, row.stories, row.survive, row.equivalent, percent(row).toFixed(1)]
  })
}

/** What of all packs together was killed, in percent of what can be told apart. */
export function percentKilled(results: readonly PackResult[], reasons: Reasons): number {
  const rows = results.map((result) => rowOf(result, reasons, null))
  const sum = (key: keyof Row) => rows.reduce((total, row) => total + row[key], 0)
  return percent({ mutants: sum('mutants'), golden: 0, check: 0, stories: 0, survive: sum('survive'), equivalent: sum('equivalent') })
}

/** The page of the survivors, pack by pack, with their places. */
export function survivorsPage(results: readonly PackResult[], reasons: Reasons): string {
  return [
    '# Which rules of the packs would be missed',
    '',
    'Written by `npm run mutate -- --write`. One rule of a pack is changed at a time; the golden cases of its figures, then pack-check, then the stories of the pack must notice. What survives is listed with its place; a mutant that nothing can tell from the pack as it is has its reason.',
    '',
    `All packs: ${percentKilled(results, reasons).toFixed(1)} % killed of ${results.reduce((sum, one) => sum + one.judged.length, 0)} mutants.`,
    ...results.flatMap((result) => ['', `## ${result.pack}`, '', ...markdownTable(['kind', ...HEADS], cellsOf(result, reasons)), ...survivorLines(result, reasons)]),
    '',
  ].join('\n')
}

function markdownTable(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  return [`| ${heads.join(' | ')} |`, `|${heads.map(() => ' --- |').join('')}`, ...rows.map((cells) => `| ${cells.join(' | ')} |`)]
}

function survivorLines(result: PackResult, reasons: Reasons): string[] {
  const alive = survivorsOf(result, reasons)
  return alive.length === 0 ? [] : ['', `${alive.filter((one) => !one.met).length} of the ${alive.length} survivors stand where no story comes by.`, '', ...alive.map((one) => `- \`${one.place}\` ${one.id}: ${one.what}${one.met ? '' : ' (no story comes by)'}${one.reason === null ? '' : ` — cannot be told apart: ${one.reason}`}`)]
}
