import type { Judged, Verdict } from './messages.ts'
import { KINDS } from './mutants.ts'
import type { Kind } from './mutants.ts'
import type { PackResult } from './share.ts'

export const BUDGET_PERCENT = 95 // of all mutants; a mutant that nothing can tell apart counts as a survivor

/** Who noticed a mutant first: a golden case, pack-check, or, of what these leave, a scenario; null for a survivor. */
export function killerOf({ golden, check, stories }: Verdict): 'golden' | 'pack-check' | 'conformance' | null {
  if (golden !== null) return 'golden'
  if (check !== null) return 'pack-check'
  return stories !== null && stories.by !== null ? 'conformance' : null
}

/** The mutants that nothing noticed. */
export function survivorsOf(result: Pick<PackResult, 'judged'>): Judged[] {
  return result.judged.filter((one) => killerOf(one.verdict) === null)
}

/** The mutants that golden cases or pack-check noticed and no scenario does; known only where the scenarios were asked about them. */
export function unnoticedByScenarios(result: Pick<PackResult, 'judged'>): Judged[] {
  return result.judged.filter((one) => one.verdict.stories !== null && one.verdict.stories.by === null)
}

const HEADS = ['mutants', 'golden', 'pack-check', 'conformance', 'survivors', '% killed', 'conformance alone']
const WIDTHS = [12, 9, 9, 12, 13, 11, 10, 20] // characters of the columns of a terminal
const WHOLE = 100 // percent

function cellsOf(name: string, judged: readonly Judged[]): (string | number)[] {
  const by = (who: ReturnType<typeof killerOf>) => judged.filter((one) => killerOf(one.verdict) === who).length
  return [name, judged.length, by('golden'), by('pack-check'), by('conformance'), by(null), share(judged.length - by(null), judged.length), alone(judged)]
}

/** What the scenarios noticed of the mutants that they were asked about although a golden case or pack-check had noticed them; the others say nothing about the scenarios by themselves. */
function alone(judged: readonly Judged[]): string {
  const asked = judged.filter((one) => one.sampled)
  if (asked.length === 0) return 'not asked'
  const noticed = asked.filter((one) => one.verdict.stories !== null && one.verdict.stories.by !== null).length
  return `${share(noticed, asked.length)} % of ${asked.length}`
}

const share = (part: number, whole: number) => (whole === 0 ? WHOLE : (part / whole) * WHOLE).toFixed(1)

function rowsOf(result: PackResult): (string | number)[][] {
  const kinds: Kind[] = KINDS.filter((kind) => result.judged.some((one) => one.kind === kind))
  return [...kinds.map((kind) => cellsOf(kind, result.judged.filter((one) => one.kind === kind))), cellsOf('all', result.judged)]
}

/** One line for each kind of mutant, and their sum. */
export function tableOf(result: PackResult): string[] {
  const line = (cells: readonly (string | number)[]) => cells.map((cell, index) => (index === 0 ? String(cell).padEnd(WIDTHS[index] ?? 0) : String(cell).padStart(WIDTHS[index] ?? 0))).join('')
  return [line(['kind', ...HEADS]), ...rowsOf(result).map(line)]
}

/** What of all packs together was killed, in percent. */
export function percentKilled(results: readonly PackResult[]): number {
  const all = results.flatMap((result) => result.judged)
  return all.length === 0 ? WHOLE : ((all.length - survivorsOf({ judged: all }).length) / all.length) * WHOLE
}

/** The page of the mutants, pack by pack, with the places of those that survive. */
export function mutationPage(results: readonly PackResult[]): string {
  const all = results.flatMap((result) => result.judged)
  const sums = results.map((result) => cellsOf(result.pack, result.judged))
  return [
    '# Which rules of the packs would be missed',
    '',
    'Written by `npm run mutate -- --write`: one rule of a pack is changed at a time, each limit by one day, each actor swapped, each required content and item made voluntary, each check, effect, link, notice and row of a table taken away.',
    '',
    '- **golden**: a golden case (`tests/golden/recorded`) is answered otherwise, or an example date of the pack no longer comes out. Golden cases are recorded from present behaviour: they show that a change is *seen*, not that the rule is right.',
    '- **pack-check**: the pack is refused as a whole.',
    '- **conformance**: of what these leave, a scenario written from the text notices.',
    '- **conformance alone**: what the scenarios notice by themselves, golden cases or not, of the mutants that they were asked about: all with `--each 1`, every tenth with `--each 10`.',
    '',
    `All packs: ${percentKilled(results).toFixed(1)} % killed of ${all.length} mutants.`,
    '',
    ...markdownTable(['pack', ...HEADS], [...sums, cellsOf('all', all)]),
    ...results.flatMap((result) => ['', `## ${result.pack}`, '', ...markdownTable(['kind', ...HEADS], rowsOf(result)), ...survivorLines(result)]),
    '',
  ].join('\n')
}

function markdownTable(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  return [`| ${heads.join(' | ')} |`, `|${heads.map(() => ' --- |').join('')}`, ...rows.map((cells) => `| ${cells.join(' | ')} |`)]
}

function survivorLines(result: PackResult): string[] {
  const alive = survivorsOf(result)
  return alive.length === 0 ? ['', 'Nothing survives.'] : ['', 'Survivors:', '', ...alive.map((one) => `- ${survivorLine(one)}`)]
}

export function survivorLine({ place, id, what, verdict: { stories } }: Judged): string {
  const crashed = stories === null || stories.crashed === null ? '' : ` (crashes only: ${stories.crashed})`
  return `\`${place}\` ${id}: ${what}${stories !== null && !stories.met ? ' (no scenario comes by)' : ''}${crashed}`
}
