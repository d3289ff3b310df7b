/**
 * Makes every attempt of the escape corpus, first without the platform's walls, then at each of its doors.
 *
 *   npm run escape                 all of them
 *   npm run escape -- read-text    those whose id begins so
 *
 * Ends with an error when one got through, or when fewer were shown to work without the walls than the corpus promises.
 */
import { parseArgs } from 'node:util'
import { runCorpus, type Tried } from '#tests/escape/run-corpus.ts'

/** What the corpus promises. */
const ATTEMPTS_SHOWN = 300

const { positionals } = parseArgs({ allowPositionals: true })
const say = (line: string): void => { process.stdout.write(`${line}\n`) }
const oneLine = (text: string): string => text.replaceAll(/[^\u0020-\u007e\u4e00-\u9fff]+/g, ' ').slice(0, 160)

const report = await runCorpus(
  (attempt) => positionals.length === 0 || positionals.some((start) => attempt.id.startsWith(start)),
  ({ attempt, shown, plain, escapedBy, answers }) => {
    if (!shown) say(`not shown without walls: ${attempt.id}: ${oneLine(plain.text)}`)
    if (escapedBy.length > 0) say(`GOT THROUGH ${escapedBy.join(' and ')}: ${attempt.id}: ${[...answers.values()].map((said) => oneLine(said.text)).join(' | ')}`)
  },
)
const count = (tried: readonly Tried[]): string => `${tried.length} attempts, ${tried.filter((one) => one.shown).length} shown to work without the walls, ${tried.filter((one) => one.escapedBy.length > 0).length} got through`
for (const family of new Set(report.tried.map((one) => one.attempt.family))) say(`${family}: ${count(report.tried.filter((one) => one.attempt.family === family))}`)
for (const why of new Set(report.notTried.map((one) => one.why))) say(`NOT TRIED: ${report.notTried.filter((one) => one.why === why).length} attempts, because ${why}`)
say(`posture ${report.posture}; in all: ${count(report.tried)}`)
const shown = report.tried.filter((one) => one.shown).length
const escaped = report.tried.filter((one) => one.escapedBy.length > 0).length
process.exit(escaped > 0 || (positionals.length === 0 && report.notTried.length === 0 && shown < ATTEMPTS_SHOWN) ? 1 : 0)
