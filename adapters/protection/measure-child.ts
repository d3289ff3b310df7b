/**
 * Entry of the process that measures one table, or weighs rules against it, and ends. It runs behind the walls of a job: no
 * network, no file but its program, the engine, the table and an empty place of its own; nothing of a row is in its answers.
 */
import { measureTable } from '#adapters/protection/measure-table.ts'
import type { MeasureTask } from '#adapters/protection/measure-behind-walls.ts'
import { weighTable } from '#adapters/protection/weigh-table.ts'

/** unit: bytes; source: the frames of child-process.ts, a length and then JSON */
const PREFIX_BYTES = 4

/** The one task that comes over the pipe; a parent that is gone before has none. */
async function readTask(): Promise<MeasureTask | null> {
  let held = Buffer.alloc(0)
  for await (const part of process.stdin) {
    held = Buffer.concat([held, Buffer.from(part as Uint8Array)]) // the stream has no encoding
    if (held.length < PREFIX_BYTES) continue
    const end = PREFIX_BYTES + held.readUInt32BE(0)
    if (held.length >= end) return JSON.parse(held.toString('utf8', PREFIX_BYTES, end)) as MeasureTask // only our own parent writes on this pipe
  }
  return null
}

async function answer(task: MeasureTask): Promise<object> {
  try {
    return { result: await (task.do === 'measure' ? measureTable(task.request) : weighTable(task.request)) }
  } catch (error) {
    return { failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

const task = await readTask()
if (task !== null) {
  const body = Buffer.from(JSON.stringify(await answer(task)), 'utf8')
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(body.length, 0)
  process.stdout.end(Buffer.concat([prefix, body]), () => process.exit(0))
}
