/**
 * Kills the real server again and again while officials work, and checks that no acknowledged step is lost and none is
 * applied twice.
 *
 *   npm run crash                       every failpoint, and 50 random kills of the whole tree
 *   npm run crash -- --seed 7 --kills 10
 */
import { parseArgs } from 'node:util'
import { DAILY_FAILPOINTS } from '#adapters/failpoints/failpoint.ts'
import { runCrashes } from './crash-run.ts'
import { reportLines } from './crash-report.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '20260608' }, kills: { type: 'string', default: '50' } } })
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
print(`seed ${values.seed}; ${DAILY_FAILPOINTS.length} failpoints twice, then ${values.kills} random kills of the whole process tree`)
const later = DAILY_FAILPOINTS.map((name) => `${name}:2`)
const report = await runCrashes({ seed: Number(values.seed), failpoints: [...DAILY_FAILPOINTS, ...later], randomKills: Number(values.kills), print })
for (const line of reportLines(report)) print(line)
process.exit(report.findings.every((finding) => finding.holds) && report.verdict.startsWith('verified') ? 0 : 1)
