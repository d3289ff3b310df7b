/** A line of two statements beside each other: in both, only in the later, only in the earlier. */
export type StatementLine = { sign: ' ' | '+' | '-'; text: string }

/** unit: pairs of lines; source: platform default, beyond it nobody reads a difference line by line */
const PAIRS_MAX = 1_000_000

/** What changed between two statements, line by line: the longest common lines stay, the rest is taken out or put in. */
export function compareStatements(before: string, now: string): StatementLine[] {
  const [old, fresh] = [linesOf(before), linesOf(now)]
  if (old.length * fresh.length > PAIRS_MAX) return [...old.map((text): StatementLine => ({ sign: '-', text })), ...fresh.map((text): StatementLine => ({ sign: '+', text }))]
  const common = commonLengths(old, fresh)
  const lines: StatementLine[] = []
  let [at, to] = [0, 0]
  while (at < old.length || to < fresh.length) {
    const [was, is] = [old[at], fresh[to]]
    if (was !== undefined && was === is) {
      lines.push({ sign: ' ', text: was })
      at += 1
      to += 1
    } else if (is === undefined || (was !== undefined && (common[at + 1]?.[to] ?? 0) >= (common[at]?.[to + 1] ?? 0))) {
      lines.push({ sign: '-', text: was ?? '' })
      at += 1
    } else {
      lines.push({ sign: '+', text: is })
      to += 1
    }
  }
  return lines
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '')
}

/** For each pair of places the number of common lines from there on. */
function commonLengths(old: readonly string[], fresh: readonly string[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => Array.from({ length: fresh.length + 1 }, () => 0))
  for (let at = old.length - 1; at >= 0; at -= 1) {
    const [row, below] = [table[at] ?? [], table[at + 1] ?? []]
    for (let to = fresh.length - 1; to >= 0; to -= 1) row[to] = old[at] === fresh[to] ? 1 + (below[to + 1] ?? 0) : Math.max(below[to] ?? 0, row[to + 1] ?? 0)
  }
  return table
}
