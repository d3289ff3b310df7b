// @ts-check
// The worker's engine over tables that stay loaded: the same code as in the worker, without its walls and its one job.
import { readFrames, writeFrame } from '../../adapters/sandbox/child-frames.mjs'
import { openJobEngine } from '../../adapters/sandbox/job-engine.mjs'
import { jobService } from '../../adapters/sandbox/job-service.mjs'
import { loadTable } from '../../adapters/sandbox/loaded-tables.mjs'

const engine = await openJobEngine()
/** Processor time of this process when the job under way began. */
let begunAt = process.cpuUsage()
const MICROSECONDS_PER_MILLISECOND = 1000
const service = jobService(engine, () => {
  const { user, system } = process.cpuUsage(begunAt)
  return { cpuMs: (user + system) / MICROSECONDS_PER_MILLISECOND }
})
/** @type {import('../../adapters/sandbox/loaded-tables.mjs').LoadedTable[]} */
const tables = []
let begun = false

/** @param {any} load */
async function loadTables(load) {
  await engine.limit(load.limits)
  for (const { table, source } of load.tables) tables.push(await loadTable(engine, { table, source, shown: null }, load.probes))
  await engine.lock()
  await writeFrame({ loaded: true })
}

/** What the platform's statements made for a job goes with it. @param {any} frame */
async function serve(frame) {
  if (frame.load) return loadTables(frame.load)
  if (!frame.job) return service.probe(frame.runs)
  if (begun) await engine.platform.run('ROLLBACK')
  await engine.platform.run('BEGIN')
  begun = true
  service.begin()
  begunAt = process.cpuUsage()
  return service.run(frame.job, tables)
}

readFrames(async (frame) => {
  if (frame.interrupt) return service.interrupt()
  try {
    await serve(frame)
  } catch (error) {
    await service.fail(error)
  }
})
await writeFrame({ ready: true, engineVersion: engine.version })
