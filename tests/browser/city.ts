import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The demonstration city as `npm start` serves it: server, database, worker, counterparty, screens. */
export type City = { readonly url: string; readonly keysFile: string; stop(): Promise<void> }

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = fileURLToPath(new URL('../../apps/cli/run-built.mjs', import.meta.url))
/** unit: ms; source: a first start takes below 15 s; the rest is for screens to be built on a machine busy with other tests */
const START_MS_MAX = 110_000
const STOP_MS_MAX = 20_000

/** Starts the city on a data directory of its own, in a process of its own. @throws Error with what it said where it does not come up */
export async function startCity(): Promise<City> {
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-browser-'))
  const dataDir = join(folder, 'data')
  const env = { ...process.env, GONGSHU_DATA: dataDir, GONGSHU_PORT: '0', GONGSHU_MODE: 'demonstration' }
  const child = spawn(process.execPath, [MAIN, 'start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      await ended
      clearTimeout(late)
    }
    await rm(folder, { recursive: true, force: true })
  }
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX)
  const url = await new Promise<string | null>((found) => {
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      const address = /^公枢已启动：(http:\/\/\S+)$/.exec(line)?.[1]
      if (address !== undefined) found(address)
    })
    lines.on('close', () => found(null))
  })
  clearTimeout(late)
  if (url === null) {
    await stop()
    throw new Error(`the city did not start: ${said.join('').trim()}`)
  }
  return { url, keysFile: join(dataDir, 'evidence-keys.txt'), stop }
}
