import { Client, type ClientConfig } from 'pg'

/** A server that has not answered by then hangs. */
const ANSWER_LIMIT_MS = 10_000

/** Why no connection came about: nobody listens, the server is starting or stopping, or something else. */
export type NoConnection = { why: 'nobody-listens' | 'not-now' | 'other'; error: unknown }

/** Tries once to connect; a loss of the connection later does not end the process. */
export async function tryConnect(config: ClientConfig): Promise<Client | NoConnection> {
  const client = new Client({ ...config, connectionTimeoutMillis: ANSWER_LIMIT_MS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    // Not awaited: where the server has closed the connection first, pg's promise may never settle.
    void Promise.allSettled([client.end()])
    return { why: reasonOf(error), error }
  }
}

function reasonOf(error: unknown): NoConnection['why'] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'nobody-listens'
  // 57P03 is cannot_connect_now; a dying server may also just hang up.
  if (code === '57P03' || code === 'ECONNRESET' || code === 'EPIPE') return 'not-now'
  if (error instanceof Error && error.message === 'Connection terminated unexpectedly') return 'not-now'
  return 'other'
}
