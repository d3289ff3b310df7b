import { fork } from 'node:child_process'
import { expect, test } from 'vitest'
import { ORDERS } from './must-hold.ts'
import type { Job, Report } from './random-histories.ts'

/**
 * For any history of commands: no supply without both reviews, no product offered before its registration where the
 * regulation asks for it, nothing granted under what was revoked, no decision on one's own text, no case that is open
 * and stuck or over and waiting. Histories are made of the commands of the regulation's own stories.
 *
 * `GONGSHU_HISTORIES` tells more of them, `GONGSHU_HISTORY_SEED` others; a broken one prints its seed. They are counted,
 * not timed, so that every machine tells the same ones.
 */
const HISTORIES = Number(process.env['GONGSHU_HISTORIES'] ?? 100)
const SEED = Number(process.env['GONGSHU_HISTORY_SEED'] ?? 1)
const PATIENCE_MS = 300_000 // for a busy machine; alone it takes seconds

test.each(Object.keys(ORDERS))('%s: what must hold does hold in random histories', { timeout: PATIENCE_MS }, async (pack) => {
  const report = await told({ pack, seed: SEED, histories: HISTORIES })
  console.log(`${pack}: ${report.histories} histories of ${report.stories} stories from seed ${report.seed}, ${report.accepted} commands accepted, ${report.refused} refused`)
  expect(report.histories).toBe(HISTORIES)
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
