import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { tellJourney } from '../../demo/journey/run-journey.ts'

const MAIN = fileURLToPath(new URL('./run-built.mjs', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** unit: ms; the first start makes a database cluster */
const START_LIMIT_MS = 60_000

/** Kept between runs, so that a second story can follow the first; apart from the data of `npm start`, which may be running. */
const DATA = join(ROOT, 'data', 'journey')

/**
 * Tells the whole story over HTTP against a demonstration server: the one of `--url`, or one that is started here on a
 * free port with the data directory of `--data` (./data/journey where none is named). The verifier's verdict is the
 * last line and the exit code. A directory that holds a city already is left alone unless `--again` asks for the next story.
 * @throws Error that says which directory it is and what can be done
 */
export async function journeyCommand(args: string[], print: (line: string) => void): Promise<number> {
  const { values } = parseArgs({ args, options: { url: { type: 'string' }, data: { type: 'string' }, keys: { type: 'string' }, bundle: { type: 'string' }, again: { type: 'boolean', default: false }, 'to-service': { type: 'boolean', default: false } } })
  const dataDir = resolve(values.data ?? DATA)
  if (values.url === undefined && !values.again && (await holdsAnything(dataDir))) throw new Error(alreadyTold(dataDir))
  const server = values.url === undefined ? await startServerProcess(dataDir) : null
  if (server !== null) print(`数据目录 ${dataDir}（加 --again 可接着讲下一个故事；删去该目录则从头讲起）`)
  const temporary = await mkdtemp(join(tmpdir(), 'gongshu-journey-'))
  const bundle = resolve(values.bundle ?? join(temporary, 'bundle.jsonl'))
  const keysFile = values.keys ?? (server === null ? null : join(dataDir, 'evidence-keys.txt'))
  const began = performance.now()
  try {
    const { narrator, verdict } = await tellJourney({ url: values.url ?? server?.url ?? '', write: print, bundle, keysFile, isToService: values['to-service'] })
    print('')
    print(`共${narrator.chapters.length}章，办理${narrator.acts}项，拒绝${narrator.refusals}次，用时${((performance.now() - began) / MS).toFixed(1)}秒。`)
    await server?.stop()
    print(verdict?.line ?? TO_GO_ON)
    return verdict?.code ?? 0
  } finally {
    await server?.stop()
    await rm(temporary, { recursive: true, force: true })
  }
}

const TO_GO_ON = '讲到产品投入使用为止：协议、供给、产品都在有效期内，可以登录继续办理。'

async function holdsAnything(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length > 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

function alreadyTold(directory: string): string {
  return `数据目录 ${directory} 中已有一座城市的数据，没有改动。请任选其一：\n  接着讲下一个故事：npm run journey -- --again${directory === DATA ? '' : ` --data ${directory}`}\n  另用一个目录：    npm run journey -- --data <目录>\n  从头讲起：        删去该目录后再运行`
}

const MS = 1_000

type ServerProcess = { url: string; stop(): Promise<void> }

/** A real server in a process of its own, on a port that the system chooses. @throws Error with what it said when it does not come up. */
async function startServerProcess(dataDir: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN, 'start', '--no-screens', '--with-parent'], {
    cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, GONGSHU_DATA: dataDir, GONGSHU_PORT: '0', GONGSHU_MODE: 'demonstration' },
  })
  const ended = once(child, 'exit')
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await ended
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS)
  const url = await addressSaid(child)
  clearTimeout(timer)
  if (url === null) throw new Error(`平台没有启动：${said.join('').trim()}`)
  return { url, stop }
}

/** The address that the server prints; the rest of what it prints is drained, so that it never waits for us. */
async function addressSaid(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null
  const lines = createInterface({ input: child.stdout })
  return new Promise((found) => {
    lines.on('line', (line) => {
      const url = /^公枢已启动：(http:\/\/\S+)$/.exec(line)?.[1]
      if (url !== undefined) found(url)
    })
    lines.on('close', () => found(null))
  })
}
