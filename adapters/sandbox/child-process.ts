import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { childCommand, childStreams, handFilter, type ChildCommand, type IsolationMode, type RuntimePaths } from '#adapters/sandbox/child-command.ts'
import { giveWay } from '#adapters/sandbox/give-way.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'

const PREFIX_BYTES = 4
/** Bytes of standard error after which a child is taken to be flooding its parent. */
const STDERR_ALLOWED = 1024 * 1024
/** Bytes of a child's complaint that are kept for the operator's log. */
const STDERR_KEPT = 4096

export interface ChildOptions {
  readonly mode: IsolationMode
  readonly paths: RuntimePaths
  readonly limits: Pick<JobLimits, 'memoryMb' | 'seconds' | 'threads'>
  /** Bytes of one frame from the child; a longer one is a protocol breach and ends the child. */
  readonly maxFrameBytes: number
}

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Why we killed it, null when it ended by itself. */
  readonly breach: string | null
  /** The end of its standard error: for the operator only, it may quote data. */
  readonly complaint: string
}

/** A sandboxed child that speaks length-prefixed JSON. Nothing it says is trusted; nothing it does reaches the caller as a throw. */
export interface SandboxChild {
  readonly inputsSeenAt: string
  send(frame: object): void
  /** Frames that come before a listener is set wait for it. */
  listen(onFrame: (frame: unknown) => void): void
  kill(): void
  readonly ended: Promise<ChildEnd>
}

/** Starts a child. A command that cannot start shows as an end with a code, never as a throw. */
export function startChild(options: ChildOptions): SandboxChild {
  return spawnChild(childCommand(options.mode, options.paths, options.limits), options.maxFrameBytes)
}

/** Starts the program of a command line and reads its frames; what startChild does once it knows the command line. */
export function spawnChild(from: ChildCommand, maxFrameBytes: number): SandboxChild {
  const { command, args, inputsSeenAt } = from
  // A group of its own, so that a kill reaches also what the isolating program has just forked and not yet set up.
  const child = spawn(command, [...args], { env: {}, stdio: childStreams(from), detached: true })
  if (child.stdin === null || child.stdout === null || child.stderr === null) throw new Error('the streams of a child were asked for as pipes')
  const { stdin, stdout, stderr } = child
  handFilter(child, from)
  // Where it cannot be had the child runs all the same, and its niceness stands.
  if (from.givesWay === true && child.pid !== undefined) void giveWay(child.pid)
  let breach: string | null = null
  let complaint = ''
  let listener: ((frame: unknown) => void) | null = null
  const waiting: unknown[] = []
  let killed = false
  // What a killed child leaves behind gets no more input, and its pipes are not waited for.
  const kill = (): void => {
    killed = true
    killGroup(child)
    stdin.destroy()
  }
  child.on('exit', () => {
    if (!killed) return
    stdout.destroy()
    stderr.destroy()
  })
  const deliver = (frame: unknown): void => {
    if (listener === null) waiting.push(frame)
    else listener(frame)
  }
  readFrames(stdout, maxFrameBytes, deliver, (why) => { breach = why; kill() })
  let complained = 0
  stderr.on('data', (part: Buffer) => {
    complained += part.length
    if (complained > STDERR_ALLOWED) { breach ??= 'complaint-too-long'; kill(); return }
    complaint = (complaint + part.subarray(-STDERR_KEPT).toString('utf8')).slice(-STDERR_KEPT)
  })
  // A pipe to a dead child breaks; its end is told by 'close', so the broken pipe itself is only noted.
  for (const stream of [stdout, stderr]) stream.on('error', (error: Error) => { complaint = `${complaint}\n${error.message}` })
  stdin.on('error', (error) => { complaint = `${complaint}\n${error.message}` })
  const ended = new Promise<ChildEnd>((resolve) => {
    child.on('error', (error) => { complaint = `${complaint}\n${error.message}`; resolve({ code: null, signal: null, breach: 'not-started', complaint }) })
    child.on('close', (code, signal) => resolve({ code, signal, breach, complaint }))
  })
  return {
    inputsSeenAt,
    send: (frame) => { stdin.write(encodeFrame(frame)) },
    listen: (onFrame) => { listener = onFrame; for (const frame of waiting.splice(0)) onFrame(frame) },
    kill,
    ended,
  }
}

/** Ends the child and its process group; one that has ended already, or never started, has none to end. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
  child.kill('SIGKILL')
}

function encodeFrame(frame: object): Buffer {
  const body = Buffer.from(JSON.stringify(frame), 'utf8')
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(body.length, 0)
  return Buffer.concat([prefix, body])
}

function readFrames(stdout: Readable, maxBytes: number, deliver: (frame: unknown) => void, onBreach: (why: string) => void): void {
  let parts: Buffer[] = []
  let held = 0
  let broken = false
  const breach = (why: string): void => { broken = true; parts = []; onBreach(why) }
  stdout.on('data', (part: Buffer) => {
    if (broken) return
    parts.push(part)
    held += part.length
    while (held >= PREFIX_BYTES) {
      if ((parts[0]?.length ?? 0) < PREFIX_BYTES) parts = [Buffer.concat(parts)]
      const length = parts[0]?.readUInt32BE(0) ?? 0
      if (length > maxBytes) { breach('frame-too-large'); return }
      if (held < PREFIX_BYTES + length) return
      // Many small frames in one part must not copy that part once for each of them.
      const [first] = parts
      const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
      const frame = parseFrame(whole.subarray(PREFIX_BYTES, PREFIX_BYTES + length))
      parts = [whole.subarray(PREFIX_BYTES + length)]
      held -= PREFIX_BYTES + length
      if (frame === null) { breach('frame-unreadable'); return }
      deliver(frame.value)
    }
  })
}

function parseFrame(body: Buffer): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(body.toString('utf8')) as unknown } // narrowed by whoever listens
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
