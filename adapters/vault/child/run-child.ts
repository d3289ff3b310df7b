/** Starts the vault's child process for one task and waits for its answer. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { ChildAnswer, ChildTask } from '#adapters/vault/child/protocol.ts'
import { programPath } from '#adapters/vault/child/programs.ts'
import { errorOf } from '#adapters/vault/child/failure.ts'
import { withWalls } from '#adapters/vault/child/walls.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { IngestRequest, IngestResult } from '#adapters/vault/ingest/ingest-table.ts'
import type { LookRequest, Looked } from '#adapters/vault/ingest/look-at-table.ts'
import type { MaterialiseRequest, MaterialiseResult } from '#adapters/vault/materialise-table.ts'

/** Where the libraries are found. */
const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))
const stderrCharactersKept = 4_000

/** Ingests `source` in a child. Throws `IngestError`; `source-interrupted` when the source itself breaks, and the reason of `stop` when that ends it. */
export async function ingestInChild(request: IngestRequest, source: Readable, stop?: AbortSignal): Promise<IngestResult> {
  const answer = await withWalls(request.limits, (walls) => withSource({ task: 'ingest', request, walls }, source, stop))
  if (answer.answer === 'ingested') return answer.result
  throw new Error('the child answered another question')
}

/** Looks at `source` in a child, which may leave the rest unread. Throws `IngestError` as `ingestInChild` does. */
export async function lookInChild(request: LookRequest, source: Readable, stop?: AbortSignal): Promise<Looked> {
  const { question } = request
  const { limits } = 'propose' in question ? question.propose : question.fit
  const answer = await withWalls(limits, (walls) => withSource({ task: 'look', request, walls }, source, stop))
  if (answer.answer === 'looked') return answer.result
  throw new Error('the child answered another question')
}

async function withSource(task: ChildTask, source: Readable, stop: AbortSignal | undefined): Promise<ChildAnswer> {
  stop?.throwIfAborted()
  const child = await startChild()
  // With it goes the reader, which lives no longer than whoever started it.
  const kill = (): void => void child.process.kill('SIGKILL')
  stop?.addEventListener('abort', kill)
  try {
    if (stop?.aborted === true) kill()
    return await answered(child, task, source)
  } catch (error) {
    stop?.throwIfAborted()
    throw error
  } finally {
    stop?.removeEventListener('abort', kill)
  }
}

async function answered(child: RunningChild, task: ChildTask, source: Readable): Promise<ChildAnswer> {
  const stdin = child.process.stdin
  if (stdin === null) throw new Error('the child has no standard input')
  child.process.send(task)
  const fed = feed(source, stdin, child)
  const answer = await child.answer
  // Only a source that was read to its end may be let stand; a refusal leaves the rest unread, and so may a look.
  const mayStop = answer.answer === 'failed' || (answer.answer === 'looked' && 'proposal' in answer.result)
  if (mayStop) source.destroy()
  const feeding = await fed
  // An interrupted source looks to the child like the end of the file; its answer counts only if the source was whole.
  if (feeding.end === 'broken' || (feeding.end === 'unread' && !mayStop)) throw interrupted(feeding.cause)
  if (answer.answer === 'failed') throw errorOf(answer.failure)
  return answer
}

/** Materialises in a child. Throws `SelectionError`, `SealBroken` or `MaterialiseError`. */
export async function materialiseInChild(request: MaterialiseRequest): Promise<MaterialiseResult> {
  const answer = await withWalls(request.limits, async (walls) => {
    const child = await startChild()
    child.process.stdin?.end()
    child.process.send({ task: 'materialise', request, walls } satisfies ChildTask)
    return child.answer
  })
  if (answer.answer === 'materialised') return answer.result
  throw answer.answer === 'failed' ? errorOf(answer.failure) : new Error('the child answered another question')
}

interface RunningChild {
  process: ChildProcess
  /** Resolves when the child has ended, never rejects. */
  answer: Promise<ChildAnswer>
}

async function startChild(): Promise<RunningChild> {
  const path = process.env['PATH']
  const started = fork(await programPath('main'), [], {
    cwd: projectRoot,
    execArgv: [],
    // The child needs nothing of our environment, and secrets in it are none of its business.
    env: path === undefined ? {} : { PATH: path },
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  return { process: started, answer: answerOf(started) }
}

function answerOf(child: ChildProcess): Promise<ChildAnswer> {
  return new Promise((resolve) => {
    let answer: ChildAnswer | undefined
    let said = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-stderrCharactersKept)
    })
    child.on('message', (message) => {
      answer = message as ChildAnswer // only our own child program writes on this channel
    })
    child.on('error', (error) => resolve(died(error.message)))
    child.on('close', (code, signal) => resolve(answer ?? died(`${signal ?? `exit ${code}`} ${said}`)))
  })
}

function died(cause: string): ChildAnswer {
  return { answer: 'failed', failure: { kind: 'ingest', code: 'ingest-worker-died', message: `数据处理进程意外结束（${cause.trim()}）。`, place: {} } }
}

/** `unread`: the child stopped reading, its answer tells why; `broken`: the source failed before its end. */
type Feeding = { end: 'whole' } | { end: 'unread' | 'broken'; cause: unknown }

/** Feeds the source to the child; kills the child when the source breaks. */
async function feed(source: Readable, stdin: NodeJS.WritableStream, child: RunningChild): Promise<Feeding> {
  let first: 'source' | 'child' | undefined
  // A pipeline destroys both ends with the error of either; only who failed first tells whose fault it was.
  source.once('error', () => (first ??= 'source'))
  stdin.once('error', () => (first ??= 'child'))
  void child.answer.then(() => (first ??= 'child'))
  try {
    await pipeline(source, stdin)
    return { end: 'whole' }
  } catch (cause) {
    if (first === 'child') return { end: 'unread', cause }
    // Having read everything the child may be gone before its standing pipe has said so: nothing of the source is missing.
    if (first === undefined && source.readableEnded && source.errored === null) return { end: 'whole' }
    child.process.kill('SIGKILL')
    return { end: 'broken', cause }
  }
}

function interrupted(cause: unknown): IngestError {
  return new IngestError('source-interrupted', '文件在传输中中断，没有保留任何内容。', {}, { cause })
}
