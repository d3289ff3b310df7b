import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const obligationSchema = z.looseObject({
  id: z.string(), article: z.number(), paragraph: z.number().optional(), item: z.number().optional(), text: z.string(), platform: z.string(),
})
const registerSchema = z.looseObject({ obligations: z.array(obligationSchema) })
const scenarioSchema = z.looseObject({ status: z.string(), tests: z.array(z.looseObject({ file: z.string(), title: z.string(), how: z.string() })) })
const scenariosSchema = z.record(z.string(), z.record(z.string(), scenarioSchema))
const readingsSchema = z.record(z.string(), z.looseObject({ reads: z.string(), because: z.string() }))

/** One obligation of a regulation as its register has it, with the scenarios that show that the platform keeps it. */
export type RecordedObligation = {
  id: string
  /** The provision in which it stands, as packs cite it: `cd26-20.2`. */
  provision: string
  text: string
  platform: string
  status: string
  tests: { title: string; file: string; how: string }[]
  reading: { reads: string; because: string } | null
}

/**
 * Reads the register of obligations beside a pack and what the last run of the scenarios recorded of them.
 * A pack without a register has none; without a recorded run every obligation is `not-recorded`.
 * @throws ZodError where a file is there and is no register.
 */
export function readObligations(packsDir: string, scenariosFile: string, pack: string): RecordedObligation[] {
  const place = `${packsDir}\n${pack}`
  const known = READ.get(place) ?? obligationsIn(packsDir, scenariosFile, pack)
  READ.set(place, known)
  return known
}

/** A register takes a quarter of a second to read and does not change under a running platform. */
const READ = new Map<string, RecordedObligation[]>()

function obligationsIn(packsDir: string, scenariosFile: string, pack: string): RecordedObligation[] {
  const folder = join(packsDir, pack)
  const register = fileOr(join(folder, 'obligations.yaml'), registerSchema, parse)
  if (register === null) return []
  const readings = fileOr(join(folder, 'readings.yaml'), readingsSchema, parse) ?? {}
  const recorded = fileOr(scenariosFile, scenariosSchema, JSON.parse)?.[pack] ?? {}
  return register.obligations.map(({ id, article, paragraph, item, text, platform }) => {
    const { status = 'not-recorded', tests = [] } = recorded[id] ?? {}
    const reading = readings[id]
    return {
      id, text, platform, status,
      provision: [`${id.split('-')[0]}-${article}`, paragraph, item].filter((part) => part !== undefined).join('.'),
      tests: tests.map(({ title, file, how }) => ({ title, file, how })),
      reading: reading === undefined ? null : { reads: reading.reads, because: reading.because },
    }
  })
}

function fileOr<T>(path: string, schema: z.ZodType<T>, read: (text: string) => unknown): T | null {
  return existsSync(path) ? schema.parse(read(readFileSync(path, 'utf8'))) : null
}
