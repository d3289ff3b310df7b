import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const date = z.iso.date()
const City = z.strictObject({
  city: z.string().min(1),
  region: z.string(),
  organizations: z.array(z.strictObject({
    id: z.string(),
    name: z.string(),
    credit_code: z.string().optional(),
    kind: z.enum(['government', 'public-institution', 'enterprise', 'partnership', 'other']),
    legal_person: z.boolean(),
    region: z.string(),
    sector: z.string().optional(),
    holds: z.strictObject({ offices: z.array(z.string()), for_region: z.string(), decision_number: z.string(), decided_on: date, from: date }),
  })),
})
const Persons = z.strictObject({
  persons: z.array(z.strictObject({ login: z.string(), name: z.string(), organization: z.string(), offices: z.array(z.string()) })),
})

/** A city's organisations, each with the offices that it holds and by which decision, and its persons. */
export type CityFiles = { city: string; region: string; organizations: z.infer<typeof City>['organizations']; persons: z.infer<typeof Persons>['persons'] }

/** A file of a city that cannot be read as one; the message says which, where and what is expected. */
export class CityFilesRefused extends Error {
  readonly code = 'city-files-must-be-readable'
}

/** A city as `organizations.yaml` and `persons.yaml` of a folder tell it. @throws CityFilesRefused naming file and place. */
export async function readCity(folder: string): Promise<CityFiles> {
  const { city, region, organizations } = await readOne(join(folder, 'organizations.yaml'), City)
  const { persons } = await readOne(join(folder, 'persons.yaml'), Persons)
  return { city, region, organizations, persons }
}

async function readOne<T extends z.ZodType>(path: string, form: T): Promise<z.infer<T>> {
  const read = form.safeParse(await parsed(path))
  if (read.success) return read.data
  throw new CityFilesRefused(`${path} 不符合格式：\n${read.error.issues.map((issue) => `  ${issue.path.join('.') || '全文'}：${issue.message}`).join('\n')}`)
}

async function parsed(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new CityFilesRefused(`${path} 无法读取：${error instanceof Error ? error.message : String(error)}`)
  }
}
