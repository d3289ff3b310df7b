// @ts-check
// One job, one process. Loads the job's Parquet files into memory, locks the engine, runs the statements and hands their
// rows back as typed frames. Everything that a statement may try is met by three walls: the locked engine, the isolation
// around this process, and the supervisor that reads the frames and trusts none of them.
import { readFrames, writeFrame } from './child-frames.mjs'
import { codeOf, literal, openJobEngine, Refused } from './job-engine.mjs'
import { jobService } from './job-service.mjs'
import { loadTable } from './loaded-tables.mjs'

const engine = await openJobEngine()
const service = jobService(engine)

/** @param {any} job */
async function runJob(job) {
  await engine.limit(job.limits)
  const tables = []
  for (const input of job.inputs) {
    try {
      tables.push(await loadTable(engine, { table: input.table, source: `SELECT * FROM read_parquet(${literal(input.path)})`, shown: input.shown }, job.probes))
    } catch (error) {
      throw codeOf(error, service.isInterrupted()) === 'job-failed' ? new Refused('input-unreadable', input.table) : error
    }
  }
  await engine.lock()
  return service.run(job, tables)
}

readFrames(async (frame) => {
  if (frame.interrupt) return service.interrupt()
  try {
    await (frame.job ? runJob(frame.job) : service.probe(frame.runs))
  } catch (error) {
    await service.fail(error)
  }
})
await writeFrame({ ready: true, engineVersion: engine.version })
