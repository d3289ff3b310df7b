import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPrivateTemporary, sweepPrivateTemporary, withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import type { PrivateTemporary } from '#adapters/vault/private-temporary.ts'

let data = ''
let temporary: PrivateTemporary
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'gongshu-temporary-'))
  temporary = await openPrivateTemporary(data)
})
afterEach(async () => {
  await rm(temporary.root, { recursive: true, force: true })
  await rm(data, { recursive: true })
})

describe('the private temporary directory', () => {
  test('lies in memory where the system offers it, and says so', async () => {
    const offered = await access('/dev/shm').then(
      () => true,
      () => false,
    )
    expect(temporary.inMemory).toBe(offered)
    expect(temporary.root.startsWith('/dev/shm/')).toBe(offered)
    expect((await stat(temporary.root)).mode & 0o777).toBe(0o700)
  })

  test('is private to the task and gone after it, also when it fails', async () => {
    const seen = await withPrivateDirectory(temporary, async (directory) => {
      await writeFile(join(directory, 'plain'), 'x')
      expect((await stat(directory)).mode & 0o777).toBe(0o700)
      expect(await sweepPrivateTemporary(temporary)).toEqual([])
      return directory
    })
    await expect(stat(seen)).rejects.toThrow('ENOENT')
    await expect(withPrivateDirectory(temporary, () => Promise.reject(new Error('task failed')))).rejects.toThrow('task failed')
    expect(await readdir(temporary.root)).toEqual([])
  })

  test('of a killed process is swept at the next start, that of a living one is not', async () => {
    const module = new URL('./private-temporary.ts', import.meta.url).href
    const program = `
      const { openPrivateTemporary, withPrivateDirectory } = await import(${JSON.stringify(module)})
      await withPrivateDirectory(await openPrivateTemporary(${JSON.stringify(data)}), async () => {
        console.log('ready')
        await new Promise((resolve) => setTimeout(resolve, 60_000))
      })`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    expect(await readdir(temporary.root)).toHaveLength(1)
    expect(await sweepPrivateTemporary(temporary)).toEqual([])
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await sweepPrivateTemporary(temporary)).toHaveLength(1)
    expect(await readdir(temporary.root)).toEqual([])
  })
})
