import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** As far as it is used here; the package is not installed with the project. */
interface Session {
  query(sql: string, format: string): string
  close(): void
}

export interface OpenDoor {
  readonly url: string
  close(): Promise<void>
}

/** The in-process build of ClickHouse: 566 MB, and therefore never installed with the project. */
export const CHDB = 'chdb@3.4.0'

/** The package where it is installed, seen from a folder; null where it is not. */
export function findChdb(folder: string): { readonly open: (place: string) => Session } | null {
  const from = createRequire(join(folder, 'package.json'))
  try {
    const found = from('chdb') as { Session: new (place: string) => Session } // the shape its documentation gives
    return { open: (place) => new found.Session(place) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

/**
 * ClickHouse's HTTP interface in front of the in-process engine, as far as the adapter uses it: settings in the address,
 * the statement in `query` or in the body, the error's number in a header.
 */
export async function openDoor(open: (place: string) => Session): Promise<OpenDoor> {
  const place = await mkdtemp(join(tmpdir(), 'gongshu-engines-'))
  const session = open(join(place, 'data'))
  const server = createServer((request, response) => { void answer(session, place, request, response) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo // listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => { server.close(resolve) })
      session.close()
      await rm(place, { recursive: true, force: true })
    },
  }
}

const NOT_SETTINGS = new Set(['query', 'database', 'query_id', 'wait_end_of_query', 'cancel_http_readonly_queries_on_client_close'])

async function answer(session: Session, place: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = new URL(request.url ?? '/', 'http://localhost').searchParams
  const body: Buffer[] = []
  for await (const part of request) body.push(part as Buffer) // no encoding is set
  const settings = [...asked].filter(([name]) => !NOT_SETTINGS.has(name)).map(([name, value]) => `${name} = '${value}'`)
  const query = asked.get('query')
  try {
    const database = asked.get('database')
    if (database !== null) session.query(`USE ${database}`, 'TabSeparated')
    let text: string
    if (query?.startsWith('INSERT') === true) {
      const file = join(place, 'input.parquet')
      await writeFile(file, Buffer.concat(body))
      text = session.query(`${query.replace(' FORMAT Parquet', '')} SELECT * FROM file('${file}', 'Parquet')`, 'TabSeparated')
    } else {
      const [sql = '', format = 'TabSeparated'] = (query ?? Buffer.concat(body).toString('utf8')).split(/ FORMAT (?=\w+$)/)
      text = session.query(settings.length === 0 ? sql : `${sql} SETTINGS ${settings.join(', ')}`, format)
    }
    response.end(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    response.writeHead(500, { 'X-ClickHouse-Exception-Code': /Code: (\d+)/.exec(message)?.[1] ?? '0' })
    response.end(message)
  }
}
