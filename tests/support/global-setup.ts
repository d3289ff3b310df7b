import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { isAlive } from '#adapters/postgres/embedded/process-state.ts'
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/start.ts'
import { silent, startCluster, type TestCluster } from './cluster.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Unix socket at which a test asks for the run's database cluster, which is started on the first question. */
    databaseDoor: string
  }
}

const RUN_DIRECTORY = /^gongshu-test-(?<pid>\d+)-/

/** Opens the door to the run's database cluster; nothing is started before a test asks. Closed after the last test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), `gongshu-test-${process.pid}-`))
  const path = join(directory, 'door')
  let cluster: Promise<TestCluster> | undefined
  const open = new Set<Socket>()
  const door = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => undefined)
    cluster ??= removeLeftovers().then(() => startCluster(join(directory, 'database')))
    cluster.then(
      (started) => socket.end(JSON.stringify(started.address)),
      (error: unknown) => socket.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
    )
  })
  await new Promise<void>((resolve) => door.listen(path, resolve))
  project.provide('databaseDoor', path)
  return async () => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => door.close(resolve))
    // A cluster that could not start has already failed the test that asked for it.
    const [started] = await Promise.allSettled([cluster])
    if (started.status === 'fulfilled') await started.value?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** A run that was killed leaves its server and its directory behind; the next one that needs a database clears them away. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(RUN_DIRECTORY.exec(name)?.groups?.['pid'])
    if (Number.isNaN(pid) || isAlive(pid)) continue
    await stopLeftover(join(tmpdir(), name))
  }
}

async function stopLeftover(directory: string): Promise<void> {
  const dataDir = join(directory, 'database')
  try {
    // Starting is how an orphaned server is found, judged and stopped.
    if (await exists(join(dataDir, 'cluster', 'postmaster.pid'))) await (await startEmbeddedPostgres({ dataDir, log: silent, ballast: false })).stop()
    await rm(directory, { recursive: true, force: true })
  } catch (error) {
    console.warn(`left as it is: ${directory}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
