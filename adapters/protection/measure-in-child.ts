/** Measures a table in a process of its own, so that neither its memory nor a crash of the engine touches the server. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MeasureRequest, TableMeasures } from '#adapters/protection/measure-table.ts'

const program = fileURLToPath(new URL('./measure-child.ts', import.meta.url))
/** Where the TypeScript loader is found. */
const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

type Answer = { measures: TableMeasures } | { failure: string }

/** The table could not be measured; the message is for the log, it may quote the engine. */
export class MeasureFailed extends Error {
  override readonly name = 'MeasureFailed'
}

/** Measures the table within so many seconds; then the child is killed. @throws MeasureFailed */
export function measureInChild(request: MeasureRequest, seconds: number): Promise<TableMeasures> {
  const path = process.env['PATH']
  const child = fork(program, [], {
    cwd: projectRoot, execArgv: ['--import', 'tsx'],
    // The child needs nothing of our environment, and secrets in it are none of its business.
    env: path === undefined ? {} : { PATH: path },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null
    const limit = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
    child.on('message', (message) => { answer = message as Answer }) // only our own child program writes on this channel
    child.on('error', (error) => reject(new MeasureFailed(error.message, { cause: error })))
    child.on('close', (code, signal) => {
      clearTimeout(limit)
      if (answer === null) reject(new MeasureFailed(`the measuring process ended with ${signal ?? `exit ${code}`}`))
      else if ('failure' in answer) reject(new MeasureFailed(answer.failure))
      else resolve(answer.measures)
    })
    child.send(request)
  })
}
