// @ts-check
// Proves that a child can start under an isolation mode and that its engine is within reach, without paying for the engine.
import { createRequire } from 'node:module'

createRequire(import.meta.url).resolve('@duckdb/node-api')
process.stdout.write('engine-found')
