import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** What the platform is to do about an obligation; `inform` and `none` need no scenario. */
export const PLATFORM_VALUES = ['enforce', 'drive', 'record', 'publish', 'inform', 'none'] as const
export type PlatformValue = (typeof PLATFORM_VALUES)[number]

const obligationSchema = z.object({
  id: z.string().regex(/^[a-z]{2}\d{2}-\d+(\.\d+)*[a-z]?$/),
  article: z.int(),
  paragraph: z.int().optional(),
  item: z.int().optional(),
  text: z.string().min(1),
  capability: z.string().min(1),
  platform: z.enum(PLATFORM_VALUES),
  behaviour: z.string().min(1),
  acceptance: z.string().optional(),
})

/** One duty, limit or condition of a regulation as its register has it. */
export type Obligation = z.infer<typeof obligationSchema>

const registerSchema = z.object({ regulation: z.string().min(1), obligations: z.array(obligationSchema).min(1) })

const readingSchema = z.strictObject({ reads: z.string().min(1), because: z.string().min(1) })

/** How we read an acceptance line that we hold to be wrong or ambiguous, and why. */
export type Reading = z.infer<typeof readingSchema>

/** The register of one regulation with its exceptions (obligation → reason) and readings. */
export type Register = {
  regulation: string
  /** The regulation's own title: the first line of its register. */
  title: string
  obligations: readonly Obligation[]
  exceptions: ReadonlyMap<string, string>
  readings: ReadonlyMap<string, Reading>
}

/** Reads every `<packs>/<regulation>/obligations.yaml` with what lies beside it, in the order of their folders. @throws ZodError where one does not fit the format. */
export function readRegisters(packs = 'packs'): Register[] {
  return readdirSync(packs).toSorted().flatMap((folder) => {
    const path = join(packs, folder, 'obligations.yaml')
    return existsSync(path) ? [readRegister(join(packs, folder), readFileSync(path, 'utf8'))] : []
  })
}

function readRegister(folder: string, text: string): Register {
  const { regulation, obligations } = registerSchema.parse(parse(text))
  return {
    regulation,
    title: /^#\s*(.+)$/m.exec(text)?.[1] ?? regulation,
    obligations,
    exceptions: byId(join(folder, 'not-covered.yaml'), z.string().min(1)),
    readings: byId(join(folder, 'readings.yaml'), readingSchema),
  }
}

/** A file of entries by obligation id; a regulation without the file has none. */
function byId<T>(path: string, schema: z.ZodType<T>): Map<string, T> {
  if (!existsSync(path)) return new Map()
  const parsed = z.record(z.string(), schema).safeParse(parse(readFileSync(path, 'utf8')) ?? {})
  if (!parsed.success) throw new Error(`${path} does not fit its format:\n${z.prettifyError(parsed.error)}`)
  return new Map(Object.entries(parsed.data))
}

/** Does the platform owe a scenario for it? */
export function needsScenario({ platform }: Obligation): boolean {
  return platform !== 'inform' && platform !== 'none'
}
