import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS, type StatementPolicy } from '#core/boundary/statement-policy.ts'
import { childCommand, childStreams, handFilter } from '#adapters/sandbox/child-command.ts'
import { spawnChild } from '#adapters/sandbox/child-process.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import { DEFAULT_JOB_LIMITS, type JobLimits } from '#adapters/sandbox/limits.ts'
import { openParseGate } from '#adapters/sandbox/parse.ts'
import { sandboxPosture, type SandboxPosture } from '#adapters/sandbox/posture.ts'
import { runOnWorker, startWorker, type JobOutcome, type ReadyWorker } from '#adapters/sandbox/run-job.ts'
import type { Attempt } from '#tests/escape/attempt.ts'
import { openSupplyDoor, saidOnPipe } from '#tests/escape/supply-door.ts'
import { SYSTEM_CALLS_RUN_HERE } from '#tests/escape/system-calls.ts'
import { runCalls, runScript, scriptOf, type Said } from '#tests/escape/plain-doors.ts'
import type { Scene } from '#tests/escape/scene.ts'

const LIMITS: JobLimits = { ...DEFAULT_JOB_LIMITS, memoryMb: 256, seconds: 10 }
/** What an operator may see; the keys of both tables are there for the platform's counting only. */
const POLICY: StatementPolicy = {
  tables: new Map([['persons', ['district', 'income']], ['air', ['day', 'pm25']]]),
  functions: ALLOWED_FUNCTIONS,
  limits: DEFAULT_STATEMENT_LIMITS,
}
/** What the reader may write in its own place. */
const WORKPLACE_BYTES = 8 * 1024 * 1024
const FRAME_BYTES = 16 * 1024 * 1024

/** An attempt at the platform: first the whole way, then with the gate switched off, each by its name. */
export interface WalledDoors {
  readonly posture: SandboxPosture
  try(attempt: Attempt): Promise<ReadonlyMap<string, Said>>
  close(): Promise<void>
}

export async function openWalledDoors(scene: Scene, program: string): Promise<WalledDoors> {
  const posture = await sandboxPosture()
  const gate = openParseGate()
  const supply = await openSupplyDoor(scene)
  const inputs: readonly JobInput[] = [
    { table: 'persons', parquetPath: scene.persons, shown: ['district', 'income'] },
    { table: 'air', parquetPath: scene.air, shown: ['day', 'pm25'] },
  ]
  const inWorker = async (statements: readonly string[]): Promise<Said> => {
    const worker = await startWorker(LIMITS, null)
    if (worker === null) throw new Error('no worker could be started')
    return spoken(await runOnWorker(worker, { inputs, statements, limits: LIMITS }))
  }
  const throughGate = async (statements: readonly string[]): Promise<Said> => {
    const passed: string[] = []
    const refusals: string[] = []
    for (const statement of statements) {
      const parsed = await gate.parse(statement)
      const judged = parsed.ok ? judgeStatement(parsed.tree, statement.length, POLICY) : null
      if (judged?.allow === true) passed.push(statement)
      else refusals.push(judged?.refusal.code ?? (parsed.ok ? '' : parsed.code))
    }
    if (passed.length === 0) return { answered: false, text: refusals.join(' ') }
    // A part that passes is run, to see what it gives away; the attempt as a whole has not been answered.
    const said = await inWorker(passed)
    return { answered: said.answered && refusals.length === 0, text: [...refusals, said.text].join(' ') }
  }
  const one = async (attempt: Attempt): Promise<Said> => inBubble(attempt, (text) => text, program)
  expectHonestWork(await supply.supply({ ...HONEST, kind: 'file' }), 'taken in: [["x"]]')
  expectHonestWork(await throughGate(['select count(*) from persons']), '500')
  if (posture.mode === 'bubblewrap-filtered') {
    expectHonestWork(await one({ ...HONEST, kind: 'js', js: "return 'alive'" }), 'alive')
    if (SYSTEM_CALLS_RUN_HERE) expectHonestWork(await one({ ...HONEST, kind: 'calls', calls: [['open', '=/proc/self/stat', 0, 0], ['read', '$1', '&out', 20]] }), 'calls')
  }
  return {
    posture,
    try: async (attempt) => {
      const fill = (text: string): string => scene.fill(text, true).replaceAll('{id}', attempt.id)
      switch (attempt.kind) {
        case 'sql': {
          const statements = attempt.statements.map(fill)
          const withGate = await throughGate(statements)
          return new Map([['gate and worker', withGate], ...(attempt.gateOnly ? [] : [['worker', await inWorker(statements)] as const])])
        }
        case 'frames': return new Map([['reader', await hostile(attempt)]])
        case 'file': return new Map([['supply', await supply.supply(attempt)]])
        case 'pipe': return new Map([['keys', await saidOnPipe(attempt, scene.aside)]])
        case 'js':
        case 'calls': {
          const reader = ['reader of files', await inBubble(attempt, fill, program, true)] as const
          return new Map(attempt.readerOnly ? [reader] : [['worker of jobs', await inBubble(attempt, fill, program)], reader])
        }
      }
    },
    close: async () => {
      await gate.close()
      await supply.close()
    },
  }
}

const HONEST = { id: 'honest', family: 'honest', statements: [], gateOnly: false, js: '', calls: [], file: { recipe: 'plain-table', name: 'a' }, pipe: [], readerOnly: false, frames: [], raw: null, proof: 'says', says: null } as const

/** A door that stops everybody proves nothing: each lets honest work through first. */
function expectHonestWork(said: Said, holds: string): void {
  if (!said.answered || !said.text.includes(holds)) throw new Error(`honest work does not pass: ${said.text.slice(0, 300)}`)
}

function spoken(outcome: JobOutcome): Said {
  return outcome.ok ? { answered: true, text: outcome.results.map((result) => JSON.stringify(result.rows)).join('\n') } : { answered: false, text: `${outcome.code} ${outcome.message} ${outcome.cure}` }
}

/**
 * The attempt in the place of the worker's script, behind the same isolation as a real worker; or in that of the reader of
 * supplied files, which has a place of its own to write to.
 */
async function inBubble(attempt: Attempt, fill: (text: string) => string, program: string, reads = false): Promise<Said> {
  const { mode } = await sandboxPosture()
  const inputs = await mkdtemp(join(tmpdir(), 'gongshu-escape-inputs-'))
  try {
    const from = childCommand(mode, { script: 'probe-child.mjs', inputDirectory: reads ? null : inputs, ...(reads ? { workplace: { directory: '', bytes: WORKPLACE_BYTES } } : {}) }, LIMITS)
    const streams = childStreams(from)
    const feed = (child: Parameters<typeof handFilter>[0]): void => handFilter(child, from)
    if (attempt.kind === 'js') return await runScript(from.command, [...from.args.slice(0, -1), '--input-type=module', '--eval', scriptOf(fill(attempt.js))], null, feed, streams)
    const bubble = from.args.findIndex((word) => word.endsWith('/bwrap'))
    const node = from.args.indexOf('/runtime/node', from.args.lastIndexOf('--chdir'))
    const args = [...from.args.slice(0, bubble + 1), '--ro-bind', program, '/runtime/calls', ...from.args.slice(bubble + 1, node), '/runtime/calls']
    return await runCalls({ command: from.command, args }, attempt, fill, null, feed, streams)
  } finally {
    await rm(inputs, { recursive: true, force: true })
  }
}

/** A worker that was taken over: it says it is ready and answers the job with the attempt's frames. */
async function hostile(attempt: Attempt): Promise<Said> {
  const speech = attempt.raw === null
    ? Buffer.concat(attempt.frames.map((frame) => framed(Buffer.from(JSON.stringify(frame)))))
    : Buffer.from(attempt.raw, 'hex')
  const script = `const ready = Buffer.from(${JSON.stringify(framed(Buffer.from(JSON.stringify({ ready: true, engineVersion: 'v0' }))).toString('hex'))}, 'hex')
    process.stdout.write(ready)
    process.stdin.once('data', () => { process.stdout.write(Buffer.from('${speech.toString('hex')}', 'hex')); setTimeout(() => process.exit(0), 3000) })`
  const child = spawnChild({ command: process.execPath, args: ['--eval', script], inputsSeenAt: '', workSeenAt: '', filter: null }, FRAME_BYTES)
  await new Promise((resolve) => { child.listen(resolve); void child.ended.then(resolve) })
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-escape-hostile-'))
  const worker: ReadyWorker = { child, directory, engineVersion: 'v0', gone: child.ended.then(() => rm(directory, { recursive: true, force: true })) }
  return spoken(await runOnWorker(worker, { inputs: [], statements: ['select 1'], limits: { ...LIMITS, maxRows: 3, maxBytes: 1000, maxCellBytes: 100 } }))
}

function framed(body: Buffer): Buffer {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(body.length)
  return Buffer.concat([prefix, body])
}
