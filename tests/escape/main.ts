/**
 * Makes every attempt of the escape corpus, first without the platform's walls, then at each of its doors.
 *
 *   npm run escape                 all of them
 *   npm run escape -- read-text    those whose id begins so
 *
 * The last line says how many were made, how many were shown to work without the walls and how many got through. Ends with
 * an error when one got through, or when one of a whole run was not shown to work without the walls.
 */
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { runCorpus, type Tried } from '#tests/escape/run-corpus.ts'

/** What the corpus promises. */
const ATTEMPTS_SHOWN = 800
/** Attempts made at once; more processors than that are left to others. */
const LANES_MAX = 4
/** A person who waits hears this often how far it is. */
const TOLD_EVERY_MS = 10_000
const SHOWN_CHARACTERS = 160

const { positionals } = parseArgs({ allowPositionals: true })
const say = (line: string): void => { process.stdout.write(`${line}\n`) }
const oneLine = (text: string): string => text.replaceAll(/[^\u0020-\u007e\u4e00-\u9fff]+/g, ' ').slice(0, SHOWN_CHARACTERS)
const since = (from: number): string => `${Math.round((performance.now() - from) / 1000)} s`

const began = performance.now()
let made = 0
let told = began
const report = await runCorpus(
  (attempt) => positionals.length === 0 || positionals.some((start) => attempt.id.startsWith(start)),
  ({ attempt, shown, plain, escapedBy, answers }, chosen) => {
    made += 1
    if (!shown) say(`not shown without walls: ${attempt.id}: ${oneLine(plain.text)}`)
    if (escapedBy.length > 0) say(`GOT THROUGH ${escapedBy.join(' and ')}: ${attempt.id}: ${[...answers.values()].map((said) => oneLine(said.text)).join(' | ')}`)
    if (performance.now() - told < TOLD_EVERY_MS) return
    told = performance.now()
    say(`${made} of ${chosen} attempts, ${since(began)}`)
  },
  Math.min(LANES_MAX, availableParallelism()),
)
const shownOf = (tried: readonly Tried[]): number => tried.filter((one) => one.shown).length
const escapedOf = (tried: readonly Tried[]): number => tried.filter((one) => one.escapedBy.length > 0).length
const count = (tried: readonly Tried[]): string => `${tried.length} attempts, ${shownOf(tried)} shown to work without walls, got through: ${escapedOf(tried)}`
for (const family of new Set(report.tried.map((one) => one.attempt.family))) say(`${family}: ${count(report.tried.filter((one) => one.attempt.family === family))}`)
for (const why of new Set(report.notTried.map((one) => one.why))) say(`NOT TRIED: ${report.notTried.filter((one) => one.why === why).length} attempts, because ${why}`)
say(`posture ${report.posture}, ${since(began)}`)
say(count(report.tried))
const unshown = report.tried.length - shownOf(report.tried)
const tooFew = positionals.length === 0 && report.notTried.length === 0 && (unshown > 0 || shownOf(report.tried) < ATTEMPTS_SHOWN)
process.exit(escapedOf(report.tried) > 0 || tooFew ? 1 : 0)
