import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { killerOf } from './report.ts'
import type { FromWorker, Job, Judged } from './messages.ts'

/** All that was found out about the mutants of one pack; `each`: of how many mutants one was asked of the stories in any case. */
export type PackResult = { pack: string; each: number; cases: number; tests: number; red: string[]; left: string[]; judged: Judged[] }

const TOLD_EVERY = 250 // mutants: a line now and then, to the error output
const HANGS_MS = 120_000 // far longer than all stories of a pack take together

/** Tries the mutants of a pack in some worker processes at once. A mutant that hangs is a survivor; its worker is replaced. */
export async function share(pack: string, workers: number, { only, each }: { only: string | undefined; each: number }): Promise<PackResult> {
  const result: PackResult = { pack, each, cases: 0, tests: 0, red: [], left: [], judged: [] }
  await Promise.all(Array.from({ length: workers }, (_, index) => whole({ pack, share: index, of: workers, from: 0, only: only ?? null, each }, result)))
  result.judged.sort((a, b) => a.index - b.index)
  return result
}

/** One worker's share, by as many processes as it takes. */
async function whole(job: Job, result: PackResult): Promise<void> {
  for (let from: number | null = 0; from !== null; ) from = await once({ ...job, from }, result)
}

/** Resolves with the index to go on from, or null when the share is done. */
function once(job: Job, result: PackResult): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const worker = fork(new URL('worker.ts', import.meta.url), [], { execArgv: ['--import', 'tsx'] })
    let begun: Judged | null = null
    let hung = false
    let timer = setTimeout(() => undefined, 0)
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        hung = true
        worker.kill('SIGKILL')
      }, HANGS_MS)
    }
    worker.on('message', (message: FromWorker) => {
      clearTimeout(timer)
      if (message.type === 'begun') {
        begun = message
        watch()
      }
      if (message.type === 'golden') {
        result.cases = message.cases
        result.red.push(...message.outOfDate.map((line) => `golden cases differ from their record: ${line}`).filter((line) => !result.red.includes(line)))
      }
      if (message.type === 'ready') {
        Object.assign(result, { tests: message.tests, left: message.left })
        result.red.push(...message.red.filter((line) => !result.red.includes(line)))
      }
      if (message.type === 'ended') result.red.push(...message.red)
      if (message.type !== 'judged' || result.judged.some((one) => one.index === message.index)) return
      result.judged.push(message)
      if (result.judged.length % TOLD_EVERY === 0) console.error(`  … ${result.judged.length} mutants of ${job.pack}, ${result.judged.filter((one) => killerOf(one.verdict) === null).length} survive`)
    })
    worker.once('exit', (code) => {
      clearTimeout(timer)
      if (code === 0) return resolve(null)
      if (!hung || begun === null) return reject(new Error(`the worker for ${job.pack} ended with ${code}${begun === null ? '' : ` at ${begun.id}`}`))
      result.judged.push({ ...begun, verdict: { ...begun.verdict, stories: { by: null, crashed: 'hangs', met: true } } })
      resolve(begun.index + 1)
    })
    send(worker, job)
  })
}

function send(worker: ChildProcess, job: Job): void {
  worker.send(job)
}
