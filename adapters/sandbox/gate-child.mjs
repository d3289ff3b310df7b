// @ts-check
// The gate instance: parses statements and writes trees back as text. It never binds, runs or opens anything.
// It lives in its own process because the engine's JSON functions can crash on hostile input.
import duckdb from '@duckdb/node-api'
import { readFrames, writeFrame } from './child-frames.mjs'

const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await instance.connect()
for (const setting of [
  "SET memory_limit = '256MB'",
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET allow_community_extensions = false',
  'SET enable_external_access = false',
  "SET disabled_filesystems = 'LocalFileSystem'",
  'SET lock_configuration = true',
]) await connection.run(setting)

/** The statement is a bound parameter here, so nothing of it is executed. */
const QUERIES = {
  parse: 'SELECT json_serialize_sql($1::VARCHAR)',
  render: 'SELECT json_deserialize_sql($1::JSON)',
}

readFrames(async (frame) => {
  const query = QUERIES[/** @type {'parse' | 'render'} */ (frame.ask)]
  try {
    const reader = await connection.runAndReadAll(query, [frame.text])
    await writeFrame({ id: frame.id, answer: String(reader.value(0, 0)) })
  } catch (error) {
    await writeFrame({ id: frame.id, error: error instanceof Error ? error.message : String(error) })
  }
})
await writeFrame({ ready: true })
