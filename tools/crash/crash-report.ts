import type { CrashReport } from './crash-run.ts'

/** The report as lines for a terminal, what does not hold marked. */
export function reportLines({ kills, processes, startMs, seen, opened, concluded, verdict, findings }: CrashReport): string[] {
  const sorted = startMs.toSorted((a, b) => a - b)
  return [
    '',
    `${kills} kills of ${processes} processes; starts: ${sorted.length}, median ${seconds(sorted[Math.floor(sorted.length / 2)])}, slowest ${seconds(sorted.at(-1))}`,
    `${seen.asked} requests, ${seen.unknown} of them with an unknown outcome and asked again; acknowledged: ${opened} openings, ${concluded} conclusions`,
    ...findings.map((finding) => `${finding.holds ? '  ok  ' : ' FAIL '} ${finding.what}: ${finding.found}`),
    `verifier: ${verdict}`,
  ]
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '—' : `${(ms / 1000).toFixed(1)} s`
}
