import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What the counterparty has recorded: one supply for each message id, with the receipt that came back. */
export type Delivered = Record<string, { id: string; number: string; sha256: string; receipt: { sha256: string; rows: number } | null }>

/** The stand-in of the integrated platform, outside the server's process tree: it sees every delivery and survives every kill. */
export class CounterpartyProcess {
  readonly address: string
  readonly #child: ChildProcess
  readonly #state: string

  private constructor(child: ChildProcess, address: string, state: string) {
    this.#child = child
    this.address = address
    this.#state = state
  }

  static async start(directory: string): Promise<CounterpartyProcess> {
    const [state, inbox] = [join(directory, 'state'), join(directory, 'inbox')]
    await Promise.all([mkdir(state, { recursive: true }), mkdir(inbox, { recursive: true })])
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/counterparties/integrated-platform.ts', '--port', '0', '--state', state, '--inbox', inbox], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string] // readline gives text
    return new CounterpartyProcess(child, `http://127.0.0.1:${line.replace('listening ', '')}`, state)
  }

  /** Hands over a file as a provider would. */
  async hand(name: string, bytes: string): Promise<void> {
    const response = await fetch(`${this.address}/v1/inbox/${name}`, { method: 'PUT', body: bytes })
    if (!response.ok) throw new Error(`the counterparty did not take ${name}: ${response.status}`)
  }

  async delivered(): Promise<Delivered> {
    const text = await readFile(join(this.#state, 'state.json'), 'utf8')
    return (JSON.parse(text) as { supplies: Delivered }).supplies // written by the counterparty's save
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await gone
  }
}
