import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

export const NO_MARIADB = 'SKIPPED, loudly: no MariaDB server is installed (Debian: mariadb-server-core); the MySQL source is not tested.'

export interface Mariadb {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/**
 * A MariaDB server at loopback on an empty directory, without accounts; undefined where none is installed. `MARIADBD` names
 * another program. @param certified paths of a certificate and its key, by which connections can be encrypted
 */
export async function startMariadb(folder: string, certified: { certificate: string; key: string } | null = null): Promise<Mariadb | undefined> {
  const named = process.env['MARIADBD']
  const program = [...(named === undefined ? [] : [named]), '/usr/sbin/mariadbd', '/usr/bin/mariadbd', '/usr/local/bin/mariadbd'].find((path) => existsSync(path))
  if (program === undefined) return undefined
  const port = await freePort()
  const options = ['--no-defaults', '--skip-grant-tables', `--datadir=${folder}`, `--socket=${folder}/socket`, '--bind-address=127.0.0.1', `--port=${port}`, '--innodb-buffer-pool-size=16M', '--max-allowed-packet=16M']
  if (certified !== null) options.push(`--ssl-cert=${certified.certificate}`, `--ssl-key=${certified.key}`)
  const server = spawn(program, [...options, ...(process.getuid?.() === 0 ? ['--user=root'] : [])], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  for await (const piece of server.stderr) {
    said += String(piece)
    if (said.includes('ready for connections')) break
  }
  if (!said.includes('ready for connections')) throw new Error(`mariadbd did not start: ${said.slice(-500)}`)
  return {
    url: `mysql://root@127.0.0.1:${port}`,
    port,
    stop: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo // listening on TCP
  holder.close()
  await once(holder, 'close')
  return port
}
