import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'

/** A reference counterparty that runs as a process of its own. */
export type Counterparty = {
  readonly address: string
  /** Resolves when the process ends, asked or not. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

const ROOT = new URL('../../', import.meta.url)
/** unit: ms; takes below two seconds alone; the rest is for a machine busy with everything that starts beside it */
const START_LIMIT_MS = 90_000
const STOP_LIMIT_MS = 3_000

/** Starts the stand-in of the city's integrated data platform on loopback. @throws Error with what it said when it does not come up. */
export async function startCounterparty(state: string, inbox: string): Promise<Counterparty> {
  await mkdir(inbox, { recursive: true })
  return startRecordKeeper('demo/counterparties/integrated-platform.ts', state, ['--inbox', inbox])
}

/** Starts a reference counterparty by its program, a path from the root; it keeps its state in a folder. @throws Error with what it said when it does not come up. */
export async function startRecordKeeper(program: string, state: string, more: readonly string[] = []): Promise<Counterparty> {
  await mkdir(state, { recursive: true })
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL(program, ROOT)), '--port', '0', '--state', state, ...more], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'exit').then(() => undefined)
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const port = await Promise.race([portSaid(child), ended.then(() => null), delay(START_LIMIT_MS, null, { ref: false })])
  if (port === null) {
    child.kill('SIGKILL')
    throw new Error(`参考对接平台 ${program} 没有启动：${said.join('').trim()}`)
  }
  return { address: `http://127.0.0.1:${port}`, ended, stop: () => stop(child, ended) }
}

async function portSaid(child: ChildProcess): Promise<number | null> {
  if (child.stdout === null) return null
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening (\d+)$/.exec(line)?.[1]
    if (port !== undefined) return Number(port)
  }
  return null
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.stdin?.end()
  child.kill('SIGTERM')
  await Promise.race([ended, delay(STOP_LIMIT_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'))])
  await ended
}
