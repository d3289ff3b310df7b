import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StorageError } from '../storage-error.ts'

/** The rooms of an embedded database's data directory. All paths are absolute and free of symbolic links. */
export type Layout = {
  dataDir: string
  cluster: string
  passwords: string
  log: string
  ballast: string
}

/** Only the name of the socket file: nothing listens on TCP, and each data directory has a socket directory of its own. */
export const SOCKET_PORT = 5432

const PRIVATE_DIRECTORY = 0o700
const PERMISSION_BITS = 0o777
/** Bytes of sun_path without the closing zero, unix(7): 108 on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103
/** Hexadecimal digits of a hash that tell apart the data directories of one machine. */
const NAME_DIGITS = 16

/** Makes the data directory (0700) where it does not exist yet and names its rooms. */
export async function makeLayout(dataDir: string): Promise<Layout> {
  await mkdir(dataDir, { recursive: true, mode: PRIVATE_DIRECTORY })
  const real = await realpath(dataDir)
  return {
    dataDir: real,
    cluster: join(real, 'cluster'),
    passwords: join(real, 'passwords.json'),
    log: join(real, 'server.log'),
    ballast: join(real, 'ballast'),
  }
}

/** A short name that is the same for the same path and differs for different ones. */
export function nameOfPath(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, NAME_DIGITS)
}

/**
 * The directory for the server's Unix socket, private to `owner` (numeric user id, or undefined for ourselves). It lies
 * in the data directory; where the path would exceed what the kernel takes for a socket, or where the server's account
 * cannot enter the data directory, under the system's temporary directory, named by the hash of the data directory.
 */
export async function makeSocketDirectory(layout: Layout, preferInside: boolean, owner: number | undefined): Promise<string> {
  const candidates = [
    ...(preferInside ? [join(layout.dataDir, 'run')] : []),
    join(await realpath(tmpdir()), `gongshu-${nameOfPath(layout.dataDir)}`),
    `/tmp/gongshu-${nameOfPath(layout.dataDir)}`,
  ]
  const directory = candidates.find((path) => Buffer.byteLength(join(path, `.s.PGSQL.${SOCKET_PORT}`)) <= SOCKET_PATH_BYTES)
  if (directory === undefined) {
    throw new StorageError('socket-directory-unsafe', `临时目录 ${tmpdir()} 的路径过长，无法在其中建立数据库套接字。请将环境变量 TMPDIR 设为较短的目录后重试。`)
  }
  await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY })
  await refuseForeignDirectory(directory, owner)
  return directory
}

/** In a shared temporary directory somebody else may have been first: their directory must never hold our socket. */
async function refuseForeignDirectory(directory: string, owner: number | undefined): Promise<void> {
  const found = await lstat(directory)
  const ours = process.getuid?.()
  if (!found.isDirectory() || (found.uid !== ours && found.uid !== owner)) {
    throw new StorageError('socket-directory-unsafe', `目录 ${directory} 不属于本平台的运行账户，可能由他人预先建立。请删除该目录，或将环境变量 TMPDIR 设为专用目录后重试。`)
  }
  if ((found.mode & PERMISSION_BITS) !== PRIVATE_DIRECTORY) await chmod(directory, PRIVATE_DIRECTORY)
}
