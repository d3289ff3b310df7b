import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAILY_FAILPOINTS } from '#adapters/failpoints/failpoint.ts'
import { runCrashes } from '#tools/crash/crash-run.ts'
import type { CrashReport } from '#tools/crash/crash-run.ts'

/** `npm run crash` does the long run; here each place of the daily work once (those of a trusted space: tests/ports/trusted-space.test.ts), and a few kills of the whole tree. */
const RANDOM_KILLS = 3
const SEED = 20_260_608
const LIMIT_MS = 600_000

describe('the real server, killed while officials work', () => {
  let report: CrashReport
  const said: string[] = []
  beforeAll(async () => {
    report = await runCrashes({ seed: SEED, failpoints: DAILY_FAILPOINTS, randomKills: RANDOM_KILLS, print: (line) => said.push(line) })
  }, LIMIT_MS)
  afterAll(() => {
    console.log(said.join('\n'))
  })

  test('died at every named place and at every random kill', () => {
    expect(report.kills).toBe(DAILY_FAILPOINTS.length + RANDOM_KILLS)
    // Requests were under way when it died, or the kills would have shown nothing.
    expect(report.seen.unknown).toBeGreaterThan(0)
    expect(report.opened).toBeGreaterThan(0)
  })

  test('lost no acknowledged step, applied none twice, left no evidence, message or destruction unfinished', () => {
    expect(report.findings.filter((finding) => !finding.holds)).toEqual([])
  })

  test('is judged by checks that notice a lost opening', () => {
    expect(report.control.map((finding) => finding.what)).toEqual(['acknowledged openings that are there', 'cases opened'])
  })

  test('has evidence that the offline verifier confirms', () => {
    expect(report.verdict).toMatch(/^verified/)
  })
})
