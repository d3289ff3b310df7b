import { readFileSync } from 'node:fs'

/** The statements of statements.sql, in order, without their comments. */
export function readStatements(): readonly string[] {
  const text = readFileSync(new URL('./statements.sql', import.meta.url), 'utf8')
  return text.split('\n').filter((line) => !line.startsWith('--')).join('\n').split(/;\n/).map((sql) => sql.trim()).filter((sql) => sql !== '')
}
