/**
 * Entry of the process that reads what others wrote. It runs behind walls, without a key, without a network and without
 * any file but its program, the engine and an empty place of its own; all it can do is answer over its pipe.
 */
import { Readable } from 'node:stream'
import { failureOf } from '#adapters/vault/child/failure.ts'
import { framesOf, writeFrame } from '#adapters/vault/child/frames.ts'
import type { Frame } from '#adapters/vault/child/frames.ts'
import type { ReaderTask } from '#adapters/vault/child/reader-task.ts'
import { memoryExceeded, workplaceExceeded } from '#adapters/vault/ingest/ingest-error.ts'
import { answerQuestion } from '#adapters/vault/ingest/answer-question.ts'
import { parseTable } from '#adapters/vault/ingest/parse-table.ts'
import type { BaseParts } from '#adapters/vault/ingest/parse-delta.ts'
import type { Stage } from '#adapters/vault/ingest/staged-source.ts'
import type { NameQuestion } from '#adapters/vault/materialise-names.ts'
import { writeRows } from '#adapters/vault/write-rows.ts'

const onlyOwner = 0o077
/** Bytes of one frame: a part of a table at most. */
const frameBytesMax = 512 * 1024 * 1024
/** Bytes of one piece of the source or the stage. */
const pieceBytes = 8 * 1024 * 1024
const offsetBytes = 8

async function serve(): Promise<void> {
  const frames = framesOf(process.stdin, frameBytesMax)
  const first = await frames.next()
  if (first.done === true || first.value.kind !== 'task') throw new Error('the first frame must be the task')
  const task = JSON.parse(first.value.content.toString('utf8')) as ReaderTask // only our own parent writes on this pipe
  const pipe = new ParentPipe()
  const fed = pipe.follow(frames)
  const said = await Promise.race([perform(task, pipe), fed])
  await writeFrame(process.stdout, 'answer', Buffer.from(JSON.stringify(said)))
  process.stdout.end(() => process.exit(0))
}

async function perform(task: ReaderTask, pipe: ParentPipe): Promise<object> {
  const room = { directory: task.directory, stage: pipe.stage(), base: pipe.base(), part: (bytes: Buffer) => writeFrame(process.stdout, 'part', bytes) }
  try {
    if (task.read === 'table') return { answer: 'parsed', result: await parseTable(task.request, pipe.source, room) }
    if (task.read === 'rows') return { answer: 'written', result: await writeRows(task.request, { directory: task.directory, next: () => room.base.next(), part: room.part, names: (question) => pipe.names(question) }) }
    return { answer: 'looked', result: await answerQuestion(task.question, pipe.source, room) }
  } catch (error) {
    return { answer: 'failed', failure: failureOf(workplaceExceeded(error) ?? memoryExceeded(error) ?? error) }
  }
}

/** The parent's end of the talk: the source as a stream, and the stage that the parent keeps sealed. */
class ParentPipe {
  readonly source: Readable
  #wanted: (() => void) | undefined
  #awaited: ((bytes: Buffer | undefined) => void) | undefined
  #busy: Promise<unknown> = Promise.resolve()
  #staged = 0

  constructor() {
    this.source = new Readable({
      read: () => {
        this.#wanted?.()
        this.#wanted = undefined
      },
    })
  }

  /** Hands on what the parent sends; never ends but with the parent, and then the process ends too. */
  async follow(frames: AsyncGenerator<Frame>): Promise<never> {
    for await (const { kind, content } of frames) {
      if (kind === 'source' && !this.source.destroyed && !this.source.push(content)) await new Promise<void>((resolve) => (this.#wanted = resolve))
      else if (kind === 'sourceEnd') this.source.push(null)
      else if (kind === 'sourceBroken') this.source.destroy(new Error(content.toString('utf8')))
      else if (kind === 'staged' || kind === 'base' || kind === 'named') this.#awaited?.(content)
      else if (kind === 'baseEnd') this.#awaited?.(undefined)
    }
    process.exit(1)
  }

  stage(): Stage {
    return {
      write: async (bytes) => {
        for (let at = 0; at < bytes.length; at += pieceBytes) await writeFrame(process.stdout, 'stage', bytes.subarray(at, at + pieceBytes))
        this.#staged += bytes.length
      },
      finish: async () => {
        await writeFrame(process.stdout, 'stageEnd')
        return { bytes: this.#staged, read: (from, to) => this.#read(from, to) }
      },
    }
  }

  /** One wish after the other: the answers carry no name. */
  #read(from: number, to: number): Promise<Buffer> {
    const read = this.#busy.then(async () => {
      const pieces: Buffer[] = []
      for (let at = from; at < to; at += pieceBytes) pieces.push(await this.#piece(at, Math.min(at + pieceBytes, to)))
      return pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces)
    })
    this.#busy = Promise.allSettled([read])
    return read
  }

  async #piece(from: number, to: number): Promise<Buffer> {
    const wish = Buffer.alloc(2 * offsetBytes)
    wish.writeBigUInt64BE(BigInt(from))
    wish.writeBigUInt64BE(BigInt(to), offsetBytes)
    const bytes = await this.#answered('wish', wish)
    if (bytes === undefined) throw new Error('the parent answered another wish')
    return bytes
  }

  /** The version before. It is asked for only when the source was read to its end. */
  base(): BaseParts {
    return { next: () => this.#answered('wishBase'), keep: () => writeFrame(process.stdout, 'keep') }
  }

  /** Names for texts, which this process has no key to make. */
  async names(question: NameQuestion): Promise<string[]> {
    const said = await this.#answered('names', Buffer.from(JSON.stringify(question)))
    return JSON.parse(said?.toString('utf8') ?? '[]') as string[] // only our own parent writes on this pipe
  }

  async #answered(kind: 'wish' | 'wishBase' | 'names', wish?: Buffer): Promise<Buffer | undefined> {
    const answered = new Promise<Buffer | undefined>((resolve) => (this.#awaited = resolve))
    await writeFrame(process.stdout, kind, wish)
    return answered
  }
}

process.umask(onlyOwner)
// Last, when everything it uses is there.
await serve()
