import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import type { EnvironmentTable } from '#apps/api/wire/environment.ts'

/** Something that may stand where the person types: what is put in, and what it is. */
export type Completion = { insert: string; detail: string }
export type Completions = { from: number; items: Completion[] }

type Table = Pick<EnvironmentTable, 'table' | 'title'> & { columns: readonly Pick<EnvironmentTable['columns'][number], 'name' | 'title' | 'authorized'>[] }

/** unit: proposals; as many as one line of the screen shows */
const SHOWN = 8
const WORD = /[\p{L}_][\p{L}\p{N}_]*$/u
const OF_TABLE = /([\p{L}_][\p{L}\p{N}_]*)\.([\p{L}\p{N}_]*)$/u
const KEYWORDS: readonly string[] = ['select', 'from', 'where', 'group by', 'having', 'order by', 'join', 'left join', 'on', 'with', 'as', 'case when', 'then', 'else', 'end', 'distinct', 'filter (where', 'between', 'is not null', 'limit']

/** What fits the word before the caret: after a table's name and a dot its columns, else columns, tables, functions and keywords; a Chinese title finds its column. */
export function completionsFor(text: string, caret: number, tables: readonly Table[]): Completions | null {
  const before = text.slice(0, caret)
  const dotted = OF_TABLE.exec(before)
  if (dotted !== null) {
    const table = tables.find((one) => one.table === dotted[1])
    if (table !== undefined) return found(caret - (dotted[2] ?? '').length, dotted[2] ?? '', columnsOf([table]), caret)
  }
  const word = WORD.exec(before)?.[0]
  if (word === undefined) return null
  const named = tables.map(({ table, title }) => ({ insert: table, detail: title, said: [table, title] }))
  const functions = [...ALLOWED_FUNCTIONS].filter(([name]) => /^[a-z_]+$/.test(name)).map(([name, { purpose }]) => ({ insert: `${name}(`, detail: purpose, said: [name] }))
  const keywords = KEYWORDS.map((one) => ({ insert: one, detail: '', said: [one] }))
  return found(caret - word.length, word, [...columnsOf(tables), ...named, ...keywords, ...functions], caret)
}

type Candidate = Completion & { said: readonly string[] }

/** The authorised columns, each once: what is not authorised is refused by the gate, so it is not proposed. */
function columnsOf(tables: readonly Table[]): Candidate[] {
  const columns = tables.flatMap((table) => table.columns.filter(({ authorized }) => authorized).map(({ name, title }) => ({ insert: name, detail: title, said: [name, title] })))
  return columns.filter(({ insert }, at) => columns.findIndex((one) => one.insert === insert) === at)
}

function found(from: number, word: string, candidates: readonly Candidate[], caret: number): Completions | null {
  const wanted = word.toLowerCase()
  const items = candidates.filter(({ said, insert }) => insert.toLowerCase() !== wanted && said.some((one) => one.toLowerCase().startsWith(wanted)))
  return items.length === 0 || from > caret ? null : { from, items: items.slice(0, SHOWN).map(({ insert, detail }) => ({ insert, detail })) }
}
