import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Attempt } from '#tests/escape/attempt.ts'
import type { Scene } from '#tests/escape/scene.ts'
import { hostileFile } from '#tests/escape/hostile-files.ts'
import { systemCallAnswers, systemCallProgram, systemCallScript } from '#tests/escape/system-calls.ts'

/** What an attempt got for an answer; `answered` is false where it ended in an error. */
export interface Said {
  readonly answered: boolean
  readonly text: string
}

const PATIENCE_MS = 20_000
const PLAIN_READER = fileURLToPath(new URL('./plain-reader.mjs', import.meta.url))
const PLAIN_SQL = fileURLToPath(new URL('./plain-sql.mjs', import.meta.url))

/** An attempt without any of our walls: a plain engine, a plain process, a reader that believes what it is told. */
export interface PlainDoors {
  try(attempt: Attempt): Promise<Said>
  readonly program: string
  close(): Promise<void>
}

export async function openPlainDoors(scene: Scene): Promise<PlainDoors> {
  const program = join(scene.directory, 'calls')
  await writeFile(program, systemCallProgram())
  await chmod(program, 0o755)
  const engine = plainEngine(scene)
  return {
    program,
    try: async (attempt) => {
      const fill = (text: string): string => scene.fill(text, false).replaceAll('{id}', attempt.id)
      switch (attempt.kind) {
        case 'sql': return engine.ask(attempt.statements.map(fill))
        case 'js': return runScript(process.execPath, ['--input-type=module', '--eval', scriptOf(fill(attempt.js))], scene)
        case 'calls': return runCalls({ command: program, args: [] }, attempt, fill, scene)
        case 'file': return runPlainReader(attempt, scene)
        case 'pipe': return { answered: true, text: `believed ${JSON.stringify(attempt.pipe)}` }
        case 'frames': return { answered: true, text: believed(attempt) }
      }
    },
    close: () => engine.close(),
  }
}

/** The attempt's JavaScript as a program that says what it returned. */
export function scriptOf(body: string): string {
  const modules = ['fs', 'net', 'os', 'dgram', 'http', 'path', 'dns', 'v8', 'inspector', 'worker_threads', 'child_process', 'cluster', 'module']
  return `${modules.map((name) => `import ${name} from 'node:${name}'`).join('\n')}
  let answer
  try { const said = await (async () => { ${body} })(); answer = { answered: true, text: typeof said === 'string' ? said : JSON.stringify(said) ?? '' } }
  catch (error) { answer = { answered: false, text: String(error?.code ?? error) } }
  fs.writeSync(1, JSON.stringify(answer))
  process.exit(0)`
}

/** Runs a program that prints one answer. */
export async function runScript(command: string, args: readonly string[], scene: Scene | null, feed: (child: ReturnType<typeof spawn>) => void = () => undefined, streams: 'pipe'[] = ['pipe', 'pipe', 'pipe']): Promise<Said> {
  const shown = await outputOf(command, args, scene, feed, streams)
  try {
    return JSON.parse(shown.toString('utf8')) as Said // written by scriptOf; a program that was ended says nothing
  } catch (error) {
    if (error instanceof SyntaxError) return { answered: false, text: shown.toString('latin1') }
    throw error
  }
}

/** Runs the program of system calls; it has succeeded where its last call answered with no error. */
export async function runCalls(from: { command: string; args: readonly string[] }, attempt: Attempt, fill: (text: string) => string, scene: Scene | null, feed: (child: ReturnType<typeof spawn>) => void = () => undefined, streams: 'pipe'[] = ['pipe', 'pipe', 'pipe']): Promise<Said> {
  const calls = attempt.calls.map((call) => call.map((part) => (typeof part === 'string' ? fill(part) : part)))
  const shown = await outputOf(from.command, from.args, scene, (child) => { feed(child); child.stdin?.end(systemCallScript(calls)) }, streams)
  const { answers, memory } = systemCallAnswers(calls, shown)
  const last = answers.length === calls.length ? answers.at(-1) : undefined
  return { answered: last !== undefined && last >= 0, text: `calls answered ${answers.join(' ')}\n${memory}` }
}

async function outputOf(command: string, args: readonly string[], scene: Scene | null, feed: (child: ReturnType<typeof spawn>) => void, streams: 'pipe'[]): Promise<Buffer> {
  const child = spawn(command, [...args], { env: scene?.environment ?? {}, ...(scene === null ? {} : { cwd: scene.directory }), stdio: streams, detached: true, timeout: PATIENCE_MS, killSignal: 'SIGKILL' })
  const parts: Buffer[] = []
  child.stdout?.on('data', (part: Buffer) => parts.push(part))
  child.stderr?.resume()
  child.stdin?.on('error', () => child.stdin?.destroy())
  feed(child)
  await Promise.race([once(child, 'close'), once(child, 'exit').then(() => new Promise((resolve) => { setTimeout(resolve, 500) }))])
  child.stdout?.destroy()
  return Buffer.concat(parts)
}

/** The file in a folder of its own, read by a program that does what the file says. */
async function runPlainReader(attempt: Attempt, scene: Scene): Promise<Said> {
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-escape-file-'))
  try {
    const { name, bytes } = hostileFile(attempt, scene)
    await writeFile(join(folder, 'supplied'), bytes)
    return await runScript(process.execPath, [PLAIN_READER, folder, name], scene)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a reader would take for the result that checks nothing: the rows of all frames until the last. */
function believed(attempt: Attempt): string {
  const bytes = attempt.raw === null ? null : Buffer.from(attempt.raw, 'hex')
  return `believed ${bytes === null ? JSON.stringify(attempt.frames) : bytes.toString('latin1')}`
}

interface PlainEngine {
  ask(statements: readonly string[]): Promise<Said>
  close(): Promise<void>
}

/** One process for many attempts, a database of its own for each; one that an attempt ends is replaced. */
function plainEngine(scene: Scene): PlainEngine {
  const setup = [
    "SET custom_extension_repository = 'http://127.0.0.1:{port}'", "SET home_directory = '{home}'", "SET extension_directory = '{home}/extensions'",
    "ATTACH '{tenant}/other.duckdb' AS other (READ_ONLY)",
    "CREATE TABLE persons AS FROM read_parquet('{input}')", "CREATE TABLE air AS FROM read_parquet('{dir}/air.parquet')",
  ].map((statement) => scene.fill(statement, false))
  let child: ChildProcessByStdio<Writable, Readable, null> | null = null
  let waiting: ((said: Said) => void) | null = null
  const start = (): ChildProcessByStdio<Writable, Readable, null> => {
    const started = spawn(process.execPath, [PLAIN_SQL], { cwd: scene.directory, env: { ...scene.environment, PLAIN_SETUP: JSON.stringify({ setup }) }, stdio: ['pipe', 'pipe', 'ignore'] })
    started.stdin.on('error', () => started.stdin.destroy())
    createInterface({ input: started.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as { ok: boolean; said: string } // written by plain-sql.mjs
      waiting?.({ answered: answer.ok, text: answer.said })
    })
    started.on('exit', () => {
      if (child === started) child = null
      waiting?.({ answered: false, text: 'the process ended' })
    })
    return started
  }
  return {
    ask: async (statements) => {
      child ??= start()
      const engine = child
      const timer = setTimeout(() => engine.kill('SIGKILL'), PATIENCE_MS)
      const said = await new Promise<Said>((resolve) => {
        waiting = resolve
        engine.stdin.write(`${JSON.stringify({ statements })}\n`)
      })
      waiting = null
      clearTimeout(timer)
      return said
    },
    close: async () => {
      const open = child
      if (open === null) return
      open.kill('SIGKILL')
      await once(open, 'exit')
    },
  }
}
