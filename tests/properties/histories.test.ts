import { fork } from 'node:child_process'
import { expect, test } from 'vitest'
import { ORDERS } from './must-hold.ts'
import type { Job, Report } from './random-histories.ts'

/**
 * For any history of commands: no supply without both reviews, no product offered before its registration where the
 * regulation asks for it, nothing granted under what was revoked, no decision on one's own text, no case that is open
 * and stuck or over and waiting. Histories are made of the commands of the regulation's own stories.
 *
 * `GONGSHU_HISTORY_SECONDS` tells them longer, `GONGSHU_HISTORY_SEED` from another seed; a broken one prints its seed.
 */
const SECONDS = Number(process.env['GONGSHU_HISTORY_SECONDS'] ?? 2)
const SEED = Number(process.env['GONGSHU_HISTORY_SEED'] ?? 1)
const LOADING_MS = 120_000 // on a busy machine

test.each(Object.keys(ORDERS))('%s: what must hold does hold in random histories', { timeout: LOADING_MS + SECONDS * 1000 }, async (pack) => {
  const report = await told({ pack, seed: SEED, seconds: SECONDS })
  console.log(`${pack}: ${report.histories} histories of ${report.stories} stories from seed ${report.seed}, ${report.accepted} commands accepted, ${report.refused} refused`)
  expect(report.histories).toBeGreaterThan(0)
  expect(report.accepted).toBeGreaterThan(report.histories)
  expect(report.violations).toEqual([])
})

function told(job: Job): Promise<Report> {
  return new Promise((resolve, reject) => {
    const teller = fork(new URL('random-histories.ts', import.meta.url), [], { execArgv: ['--import', 'tsx'] })
    teller.once('message', (report: Report) => resolve(report))
    teller.once('exit', (code) => (code === 0 ? undefined : reject(new Error(`the teller of ${job.pack} ended with ${code}`))))
    teller.send(job)
  })
}
