/**
 * Starts the reading part behind its walls and speaks with it. This side holds the key: it seals what the reader finds and
 * keeps the stage; it looks into nothing, and believes nothing that it has not checked.
 */
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { childStreams, handFilter } from '#adapters/sandbox/child-command.ts'
import type { ChildCommand } from '#adapters/sandbox/child-command.ts'
import { killGroup } from '#adapters/sandbox/child-process.ts'
import { giveWay } from '#adapters/sandbox/give-way.ts'
import { ReaderComplaint, errorOf } from '#adapters/vault/child/failure.ts'
import { FrameBroken, FrameCut, framesOf, writeFrame } from '#adapters/vault/child/frames.ts'
import { readAnswer } from '#adapters/vault/child/reader-task.ts'
import type { ReaderAnswer, ReaderTask } from '#adapters/vault/child/reader-task.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { BaseParts } from '#adapters/vault/ingest/parse-delta.ts'
import type { ParseRoom } from '#adapters/vault/ingest/parse-table.ts'
import type { StagedBytes } from '#adapters/vault/ingest/staged-source.ts'

/** How the reader is to be started: made by the server, which knows what the machine offers. */
export interface Walls {
  command: ChildCommand
  /** Wall time after which the reader is killed. */
  secondsMax: number
}

type Task = { [Read in ReaderTask['read']]: Omit<ReaderTask & { read: Read }, 'directory'> }[ReaderTask['read']]
type Answered = Exclude<ReaderAnswer, { answer: 'failed' }>
type Room = Omit<ParseRoom, 'directory'> & {
  /** Answers a question for names, as both travel. */
  names?(asked: Buffer): Buffer
}

/** Bytes of one frame: a part of a table at most. */
const frameBytesMax = 512 * 1024 * 1024
const wishBytes = 16
const wishedBytesMax = 8 * 1024 * 1024
const complaintKept = 4_096
const complaintMax = 1024 * 1024

/** Lets the reader do one task and end. Throws `IngestError`; `ingest-worker-died` where it ended without an answer. */
export async function readBehindWalls(walls: Walls, task: Task, source: Readable, room: Room): Promise<Answered> {
  const reader = startReader(walls)
  const feeding = feed(reader.stdin, { ...task, directory: walls.command.workSeenAt } as ReaderTask, source) // the task with its place
  try {
    const answer = await listen(reader, room, feeding)
    if (answer === undefined) throw await reader.death()
    if (answer.answer === 'failed') throw errorOf(answer.failure)
    return answer
  } finally {
    reader.kill()
    source.destroy()
    await reader.ended
  }
}

/** Task and source into the pipe; a reader that is gone takes no more, and its end tells why. */
async function feed(stdin: Writable, task: ReaderTask, source: Readable): Promise<void> {
  await writeFrame(stdin, 'task', Buffer.from(JSON.stringify(task)))
  try {
    for await (const piece of source) await writeFrame(stdin, 'source', Buffer.from(piece))
  } catch (error) {
    if (stdin.destroyed) throw error
    await writeFrame(stdin, 'sourceBroken', Buffer.from(error instanceof Error ? error.message : String(error)))
    return
  }
  await writeFrame(stdin, 'sourceEnd')
}

async function listen(reader: Reader, room: Room, feeding: Promise<void>): Promise<ReaderAnswer | undefined> {
  let staged: StagedBytes | undefined
  // A pipe that broke is told by the reader's end; what else goes wrong in feeding ends the talk.
  feeding.catch(() => reader.stdin.destroy())
  try {
    for await (const { kind, content } of framesOf(reader.stdout, frameBytesMax)) {
      if (kind === 'part') await room.part(content)
      else if (kind === 'stage') await room.stage.write(content)
      else if (kind === 'stageEnd') staged = await room.stage.finish()
      else if (kind === 'wish') await reply(reader.stdin, 'staged', await wished(staged, content))
      else if (kind === 'wishBase') await sendBase(reader.stdin, room.base)
      else if (kind === 'keep' && room.base !== undefined) await room.base.keep()
      else if (kind === 'names' && room.names !== undefined) await reply(reader.stdin, 'named', room.names(content))
      else if (kind === 'answer') return readAnswer(content)
      else throw new FrameBroken(`the reader may not send ${kind}`)
    }
  } catch (error) {
    // Its end tells why: at its time limit, by a signal, or by itself.
    if (error instanceof FrameCut) return undefined
    if (error instanceof FrameBroken) throw died('应答不符合约定', error)
    throw error
  }
  return undefined
}

async function wished(staged: StagedBytes | undefined, wish: Buffer): Promise<Buffer> {
  if (staged === undefined || wish.length !== wishBytes) throw new FrameBroken('a wish for what is not there')
  const from = Number(wish.readBigUInt64BE())
  const to = Number(wish.readBigUInt64BE(wishBytes / 2))
  if (!(from <= to && to <= staged.bytes && to - from <= wishedBytesMax)) throw new FrameBroken('a wish outside the content')
  return staged.read(from, to)
}

/** A reader that is gone, or has answered before it was replied to, takes no more: its answer or its end tells why. */
async function reply(stdin: Writable, ...frame: [kind: Parameters<typeof writeFrame>[1], content?: Buffer]): Promise<void> {
  try {
    await writeFrame(stdin, ...frame)
  } catch (error) {
    if (!stdin.destroyed) throw error
  }
}

async function sendBase(stdin: Writable, base: BaseParts | undefined): Promise<void> {
  if (base === undefined) throw new FrameBroken('a wish for a version that is not there')
  const part = await base.next()
  await (part === undefined ? reply(stdin, 'baseEnd') : reply(stdin, 'base', part))
}

interface Reader {
  stdin: Writable
  stdout: Readable
  kill(): void
  /** Why there was no answer. Waits for the end of the process. */
  death(): Promise<IngestError>
  readonly ended: Promise<unknown>
}

function startReader({ command, secondsMax }: Walls): Reader {
  // A group of its own, so that a kill reaches also what the isolating program has forked.
  const child = spawn(command.command, [...command.args], { env: {}, stdio: childStreams(command), detached: true })
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('the streams of a child were asked for as pipes')
  handFilter(child, command)
  // Where it cannot be had the reader runs all the same, and its niceness stands.
  if (command.givesWay === true && child.pid !== undefined) void giveWay(child.pid)
  let late = false
  let complaint = ''
  let complained = 0
  const timer = setTimeout(() => {
    late = true
    killGroup(child)
  }, secondsMax * 1000)
  stderr.on('data', (bytes: Buffer) => {
    complained += bytes.length
    complaint = (complaint + bytes.toString('utf8')).slice(-complaintKept)
    if (complained > complaintMax) killGroup(child)
  })
  stdin.on('error', () => stdin.destroy())
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit ${code}`))
  }).finally(() => clearTimeout(timer))
  const death = async (): Promise<IngestError> => {
    const how = await ended
    if (late) return new IngestError('ingest-too-slow', `解析文件超过 ${secondsMax} 秒的上限，已强制结束，没有保留任何内容。`)
    // What it said may quote the content: for the operator's log, not for the message.
    return died(how, new ReaderComplaint(complaint))
  }
  return { stdin, stdout, kill: () => killGroup(child), death, ended }
}

function died(how: string, cause: Error): IngestError {
  return new IngestError('ingest-worker-died', `数据处理进程意外结束（${how}），没有保留任何内容。`, {}, { cause })
}
