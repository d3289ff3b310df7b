import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import { databaseTree, treeOf } from '#tools/crash/process-tree.ts'
import { ServerProcess } from '#tools/crash/server-process.ts'
import { figureLine } from './figure.ts'
import type { Print } from './figure.ts'

const IDLE_MS = 15_000
const BUDGET_MB = 512
const KB_PER_MB = 1024
const NAME_LENGTH = 70

/** Memory of the whole process tree after a rest, database included: PSS, which counts shared pages once. Beside PostgreSQL alone. */
export async function benchMemory(print: Print): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  try {
    const bare = await databaseAlone(directory)
    const dataDir = join(directory, 'data')
    const server = await ServerProcess.start({ dataDir })
    await delay(IDLE_MS)
    const database = new Set(await databaseTree(dataDir))
    const pids = [...new Set([...(await treeOf(server.pid)), ...database])]
    const sizes = await Promise.all(pids.map(async (pid) => ({ pid, mb: await pssOf(pid), name: await nameOf(pid) })))
    await server.stop()
    const all = sum(sizes)
    print(figureLine({ name: 'idle memory of the whole tree', value: all, unit: 'MB', reference: { what: 'PostgreSQL alone', value: bare }, budget: { bound: BUDGET_MB, is: 'at-most' } }))
    const inDatabase = sizes.filter((one) => database.has(one.pid))
    print(`  database: ${Math.round(sum(inDatabase))} MB in ${inDatabase.length} processes`)
    for (const { mb, name } of sizes.filter((one) => !database.has(one.pid)).toSorted((a, b) => b.mb - a.mb)) print(`  ${Math.round(mb)} MB ${name}`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function sum(sizes: readonly { mb: number }[]): number {
  return sizes.reduce((all, one) => all + one.mb, 0)
}

async function databaseAlone(directory: string): Promise<number> {
  const embedded = await startEmbeddedPostgres({ dataDir: join(directory, 'database'), log: { info: () => undefined, warn: () => undefined, error: console.error }, ballast: false })
  try {
    return sum(await Promise.all((await databaseTree(directory)).map(async (pid) => ({ mb: await pssOf(pid) }))))
  } finally {
    await embedded.stop()
  }
}

/** PSS in MB; 0 for a process that has just ended. */
async function pssOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / KB_PER_MB
}

async function nameOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return text.split('\0').filter((part) => /\.(m?js|ts)$/.test(part)).at(-1) ?? text.replaceAll('\0', ' ').slice(0, NAME_LENGTH)
}
