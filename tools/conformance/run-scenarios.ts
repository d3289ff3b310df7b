import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import { idsOfTitle, isUnclear } from './scenario-title.ts'
import { SCENARIOS_FOLDER } from './test-titles.ts'

/** How a scenario ran, as its test noted it (`tests/conformance/support`). */
const ranSchema = z.object({
  /** Stories that the test told to the engine. */
  stories: z.int(),
  /** Stories that were told again to the application with its database. */
  retold: z.int(),
  /** Names of facts that lines of the stories gave; the application was given the same. */
  given: z.array(z.string()),
  acts: z.int().default(0),
})

const reportSchema = z.object({
  testResults: z.array(z.object({
    name: z.string(),
    message: z.string().optional(),
    status: z.string(),
    assertionResults: z.array(z.object({
      title: z.string(),
      fullName: z.string(),
      status: z.string(),
      failureMessages: z.array(z.string()).nullish(),
      meta: z.object({ conformance: ranSchema.optional() }).optional(),
    })),
  })),
})

/** How a scenario met the platform. */
export type How = 'application' | 'application-facts-given' | 'engine' | 'real-parts'

/** One test that covers obligations, as it ran. */
export type Scenario = { file: string; title: string; ids: string[]; passed: boolean; how: How; failure: string | null }

export type Run = {
  scenarios: Scenario[]
  /** Titles that begin with an id but do not say which obligations they cover, and files that could not be run. */
  faults: string[]
  /** Stories told to the application, and how many acts they have. */
  retold: number
  acts: number
}

/** Set to `no`, no story is told to the application; `tests/conformance/support` looks at it. */
const TELL_AGAIN = 'GONGSHU_TELL_AGAIN'

/** Runs the scenarios of these files in vitest and reads what became of each; with `retell` every story is told to the application as well. @throws Error where vitest leaves no report. */
export async function runScenarios(files: readonly string[], { retell }: { retell: boolean }): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-conformance-'))
  const report = join(folder, 'report.json')
  try {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tools/conformance/vitest.config.ts', '--reporter=json', `--outputFile=${report}`, ...files]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...(retell ? {} : { [TELL_AGAIN]: 'no' }) } })
    await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve))
    return judged(reportSchema.parse(JSON.parse(await readFile(report, 'utf8'))))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Of what keeps a file from running, as much as one line holds. */
const MESSAGE_CHARACTERS = 300

function judged({ testResults }: z.infer<typeof reportSchema>): Run {
  const run: Run = { scenarios: [], faults: [], retold: 0, acts: 0 }
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(process.cwd(), name).split(sep).join('/')
    if (status === 'failed' && assertionResults.every((one) => one.status !== 'failed')) run.faults.push(`${file} could not be run: ${(message ?? '').split('\n')[0]?.slice(0, MESSAGE_CHARACTERS)}`)
    for (const test of assertionResults) {
      const ran = test.meta?.conformance
      run.retold += ran?.retold ?? 0
      run.acts += ran?.acts ?? 0
      if (isUnclear(test.title) && file.startsWith(SCENARIOS_FOLDER)) run.faults.push(`${file}: the title “${test.title}” must be ids, separated by spaces, then a colon`)
      const ids = idsOfTitle(test.title)
      if (ids.length === 0) continue
      const failure = test.status === 'passed' ? null : (test.failureMessages?.[0] ?? `the test is ${test.status}`)
      run.scenarios.push({ file, title: test.title, ids, passed: failure === null, how: howOf(ran), failure })
    }
  }
  return run
}

function howOf(ran: z.infer<typeof ranSchema> | undefined): How {
  if (ran === undefined || ran.stories === 0) return 'real-parts'
  if (ran.retold < ran.stories) return 'engine'
  return ran.given.length > 0 ? 'application-facts-given' : 'application'
}
