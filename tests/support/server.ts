import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '#apps/api/config.ts'
import type { ServerConfig } from '#apps/api/config.ts'
import { startServer } from '#apps/api/main.ts'
import type { RunningServer } from '#apps/api/main.ts'
import type { PlatformOptions } from '#apps/api/platform.ts'
import type { FileView } from '#apps/api/wire/case.ts'
import type { SessionView } from '#apps/api/wire/session.ts'
import { freshDatabase } from './database.ts'
import type { FreshDatabase } from './database.ts'
import { silent } from './cluster.ts'

/** What a server answered. `body` is the parsed JSON, or the text where it is none. */
export type Answered<T = unknown> = { status: number; headers: Headers; body: T }

/** A caller of the server: with a session, or a stranger. */
export type Caller = {
  /** Empty for a stranger. */
  readonly cookie: string
  readonly csrf: string
  get<T = unknown>(path: string, headers?: Record<string, string>): Promise<Answered<T>>
  /** Sends a change with cookie, CSRF token and a new idempotency key; `headers` may override any of them. */
  send<T = unknown>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered<T>>
  /** Uploads a file and answers what a content of type `file` holds. */
  upload(name: string, bytes: string | Uint8Array): Promise<Answered<FileView>>
}

export type TestServer = RunningServer & {
  readonly database: FreshDatabase
  readonly stranger: Caller
  /** Signs in with a login of the demonstration city; one session for each login. */
  session(login: string): Promise<Caller>
}

/** Requests of a test run come from one address: the limit must not be what a test meets by chance. */
const REQUESTS_PER_MINUTE = 1_000_000

/** Starts a real server on a database of its own and a free port. Call `stop()` when done: it also drops the database. */
export async function startTestServer(changes: Partial<ServerConfig> = {}, options: Partial<PlatformOptions> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gongshu-server-'))
  const database = await freshDatabase()
  const config: ServerConfig = { ...readConfig({ GONGSHU_DATA: join(dataDir, 'data'), GONGSHU_PORT: '0' }), requestsPerMinute: REQUESTS_PER_MINUTE, ...changes }
  const clean = async () => {
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const running = await startServer(config, { log: silent, database, ...options })
    const sessions = new Map<string, Promise<Caller>>()
    return {
      ...running,
      database,
      stranger: callerOf(running.url, '', ''),
      session: (login) => {
        const found = sessions.get(login) ?? signIn(running.url, login, config.demonstration?.password ?? '')
        sessions.set(login, found)
        return found
      },
      stop: async () => {
        await running.stop()
        await clean()
      },
    }
  } catch (error) {
    await clean()
    throw error
  }
}

/** A new session of its own. @throws Error with the problem where the login is refused. */
export async function signIn(url: string, login: string, password: string): Promise<Caller> {
  const answer = await callerOf(url, '', '').send<SessionView>('POST', '/api/session', { login, password })
  if (answer.status !== 200) throw new Error(`${login}: ${answer.status} ${JSON.stringify(answer.body)}`)
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return callerOf(url, cookie, answer.body.csrf_token)
}

function callerOf(url: string, cookie: string, csrf: string): Caller {
  const own: Record<string, string> = cookie === '' ? {} : { cookie, 'x-csrf-token': csrf }
  return {
    cookie,
    csrf,
    get: (path, headers = {}) => answered(fetch(url + path, { headers: { ...own, ...headers } })),
    send: (method, path, body, headers = {}) => {
      const content: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      return answered(fetch(url + path, {
        method,
        headers: { ...own, ...content, 'idempotency-key': randomUUID(), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }))
    },
    upload: (name, bytes) => {
      const form = new FormData()
      form.append('file', new Blob([typeof bytes === 'string' ? bytes : Uint8Array.from(bytes)]), name)
      return answered(fetch(`${url}/api/files`, { method: 'POST', headers: own, body: form }))
    },
  }
}

async function answered<T>(asked: Promise<Response>): Promise<Answered<T>> {
  const response = await asked
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && !/jsonl/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: (isJson && text !== '' ? JSON.parse(text) : text) as T } // the caller says what it expects
}
