import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const program = fileURLToPath(new URL('./storage-full.program.ts', import.meta.url))
const projectRoot = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)
/** A disk of 6 MiB in a mount namespace of its own; whoever may make namespaces may make it. */
const namespace = ['--user', '--map-root-user', '--mount', 'sh', '-c']

const NO_DISK = 'SKIPPED, loudly: no small disk can be mounted here (unshare with a tmpfs is refused); the full disk is not tested.'

let folder = ''
let mayMount = false
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-full-'))
  mayMount = await run('unshare', [...namespace, `mount -t tmpfs -o size=1m tmpfs '${folder}'`]).then(
    () => true,
    () => false,
  )
  if (!mayMount) process.stdout.write(`${NO_DISK}\n`)
})
afterAll(() => rm(folder, { recursive: true }))

describe('a disk that fills', () => {
  test.for(['table', 'temporary', 'stage'])('while the %s is written: the cause is named and the space is free again', async (full, { skip }) => {
    if (!mayMount) return skip(NO_DISK)
    const said = join(folder, `${full}.json`)
    const disk = join(folder, `disk-${full}`)
    const script = `mkdir '${disk}' && mount -t tmpfs -o size=6m tmpfs '${disk}' && exec '${process.execPath}' --import tsx '${program}' '${full}' '${disk}' '${folder}' '${said}'`
    await run('unshare', [...namespace, script], { cwd: projectRoot })
    expect(JSON.parse(await readFile(said, 'utf8'))).toEqual({ code: 'storage-full', cure: expect.stringContaining('存储空间'), left: [], freeAgain: true })
  })

  test('is told from other errors', async () => {
    await writeFile(join(folder, 'other'), '')
    const { storageFull } = await import('#adapters/vault/ingest/ingest-error.ts')
    expect(storageFull(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toMatchObject({ code: 'storage-full' })
    expect(storageFull(new Error('IO Error: Could not write file "x": No space left on device'))).toMatchObject({ code: 'storage-full' })
    expect(storageFull(Object.assign(new Error('x'), { code: 'EACCES' }))).toBeUndefined()
  })
})
