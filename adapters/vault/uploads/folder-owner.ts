/** One process owns the folder of uploads: two would take each other's pieces for those of a killed one and remove them. */
import { readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { livesBehind, ownMark } from '#adapters/vault/process-mark.ts'

/** Another process works on the folder; nothing in it was touched. */
export class FolderOwned extends Error {
  readonly code = 'upload-folder-must-have-one-owner'
  constructor(path: string, owner: string) {
    super(`上传目录已由另一个平台进程（进程号 ${owner.split('-')[0] ?? ''}）使用，本进程不能启动。请先停止该进程；如确认它已不在运行，请删除文件 ${path} 后重新启动。`)
    this.name = 'FolderOwned'
  }
}

const privateFile = 0o600
/** Others that start at the same moment may take it first. */
const tries = 3

/**
 * Makes this process the owner by a file beside the folder. What a killed process left is taken over; the same process may
 * open the folder again. Throws `FolderOwned`.
 */
export async function ownFolder(path: string): Promise<void> {
  // With the place: in a copy of the folder the mark of its owner says nothing.
  const place = await realpath(dirname(path))
  const mark = `${await ownMark()} ${place}`
  for (let left = tries; left > 0; left -= 1) {
    if (await claimed(path, mark)) return
    const owner = await readFile(path, 'utf8').catch(() => '')
    if (owner === mark) return
    const [process = '', ...at] = owner.split(' ')
    if (at.join(' ') === place && (await livesBehind(process))) throw new FolderOwned(path, owner)
    await rm(path, { force: true })
  }
  throw new FolderOwned(path, await readFile(path, 'utf8').catch(() => ''))
}

async function claimed(path: string, mark: string): Promise<boolean> {
  try {
    await writeFile(path, mark, { flag: 'wx', mode: privateFile, flush: true })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
