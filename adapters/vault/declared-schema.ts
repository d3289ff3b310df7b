/** Reads a table schema that is kept as a YAML file. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'

/** The schema in `path`; throws an error that names the file and every contradiction in it. */
export async function readDeclaredSchema(path: string): Promise<TableSchema> {
  const parsed = tableSchema.safeParse(parse(await readFile(path, 'utf8')))
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}：${issue.message}`)
  throw new Error(`数据结构文件 ${path} 有误：${issues.join('；')}`)
}
