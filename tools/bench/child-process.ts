import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { LoadOrders, LoadSeen } from './load-generator.ts'

/** Runs the load generator as a process of its own. */
export async function loadOf(orders: LoadOrders): Promise<LoadSeen> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/bench/load-generator.ts', JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null] // the event's arguments
  if (code !== 0) throw new Error(`the load generator ended with ${code}: ${said}`)
  return JSON.parse(said) as LoadSeen // printed by the load generator
}

/** A server beside which ours is measured. */
export type ReferenceServer = { port: number; pid: number; stop(): Promise<void> }

/** Starts `reference-server.ts`: a bare server, or one that does a group-committed INSERT for each call. */
export async function startReference(orders: { answer: string; databaseUrl: string | null }): Promise<ReferenceServer> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/bench/reference-server.ts', JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string] // readline gives text
  if (child.pid === undefined) throw new Error('the reference server has no process')
  return { port: Number(line), pid: child.pid, stop: () => ended(child) }
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
