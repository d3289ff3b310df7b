import type { Json, JsonObject } from '#core/json.ts'
import type { Content, TableContent } from '#core/pack/content-format.ts'

/** A cell that could not be read; it is left empty. `row` counts from 1 as in the spreadsheet's data rows. */
export type PasteFault = { row: number; column: string; wrong: string }
/** Finds the id that a person means by a name; undefined where there is none. */
export type NameFinder = (content: Content, text: string) => string | undefined

/**
 * Rows from a spreadsheet's clipboard (columns by tab, rows by line). A first line that holds only our column titles
 * says the order of the columns; without one the order is the form's. Dates, yes and no, and choices are read as
 * people write them.
 */
export function pastedRows(table: TableContent, text: string, nameFinder: NameFinder): { rows: JsonObject[]; faults: PasteFault[] } {
  const lines = cellsOf(text).filter((cells) => cells.some((cell) => cell !== ''))
  const header = columnsByTitle(table, lines[0] ?? [])
  const columns = header ?? Object.keys(table.columns)
  const faults: PasteFault[] = []
  const rows = (header === null ? lines : lines.slice(1)).map((cells, index) => {
    const row: JsonObject = {}
    const surplus = cells.slice(columns.length).find((cell) => cell !== '')
    if (surplus !== undefined) faults.push({ row: index + 1, column: '（多出的列）', wrong: `“${surplus}”没有对应的列` })
    for (const [at, key] of columns.entries()) {
      const column = table.columns[key]
      const cell = cells[at] ?? ''
      if (column === undefined || cell === '') continue
      const read = readCell(column, cell, nameFinder)
      if ('wrong' in read) faults.push({ row: index + 1, column: column.title, wrong: `“${cell}”${read.wrong}` })
      else row[key] = read.value
    }
    return row
  })
  return { rows, faults }
}

function columnsByTitle(table: TableContent, cells: readonly string[]): string[] | null {
  const byTitle = new Map(Object.entries(table.columns).map(([key, { title, unit }]: [string, Content & { unit?: string | undefined }]) => [[title, unit === undefined ? title : `${title}（${unit}）`], key] as const).flatMap(([titles, key]) => titles.map((title): [string, string] => [title, key])))
  const keys = cells.map((cell) => byTitle.get(cell.replace(/[*＊]$/, '')))
  return keys.length > 0 && keys.every((key) => key !== undefined) ? keys : null
}

/** Cells of a clipboard text. A spreadsheet quotes a cell that holds a line break, a tab or a quote. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  const pattern = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy
  let match: RegExpExecArray | null
  while (pattern.lastIndex <= text.length && (match = pattern.exec(text)) !== null) {
    const [whole, quoted, plain, end] = match
    rows.at(-1)?.push((quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"')).trim())
    if (end === '' || whole === '') break
    if (end !== '\t') rows.push([])
  }
  return rows
}

type Read = { value: Json } | { wrong: string }

function readCell(content: Content, cell: string, nameFinder: NameFinder): Read {
  switch (content.type) {
    case 'text':
      return { value: cell }
    case 'number':
      return readNumber(cell)
    case 'date':
      return readDate(cell)
    case 'flag':
      return YES.has(cell) ? { value: true } : NO.has(cell) ? { value: false } : { wrong: '应为“是”或“否”' }
    case 'choice':
      return readChoice(content.of, cell)
    case 'texts':
      return { value: parts(cell) }
    case 'reference':
    case 'organization':
    case 'person':
      return readName(content, cell, nameFinder)
    case 'references':
      return readNames(content, cell, nameFinder)
    default:
      return { wrong: '不能从表格粘贴，请在页面上填写' }
  }
}

const YES = new Set(['是', '√', 'true', 'TRUE', '1'])
const NO = new Set(['否', '×', 'false', 'FALSE', '0'])

function readNumber(cell: string): Read {
  const value = Number(cell.replaceAll(/[,，\s]/g, ''))
  return Number.isFinite(value) ? { value } : { wrong: '不是数字' }
}

function readDate(cell: string): Read {
  const [, year, month, day] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(cell) ?? []
  if (year === undefined || month === undefined || day === undefined) return { wrong: '不是日期（年-月-日）' }
  const value = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const time = Date.parse(`${value}T00:00:00Z`)
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
  return exists ? { value } : { wrong: '不是日历上的日期' }
}

function readChoice(of: Record<string, string>, cell: string): Read {
  const key = cell in of ? cell : Object.keys(of).find((one) => of[one] === cell)
  return key === undefined ? { wrong: `不是下列之一：${Object.values(of).join('、')}` } : { value: key }
}

function readName(content: Content, cell: string, nameFinder: NameFinder): Read {
  const id = nameFinder(content, cell)
  return id === undefined ? { wrong: '没有找到，请用全称' } : { value: id }
}

function readNames(content: Content, cell: string, nameFinder: NameFinder): Read {
  const names = parts(cell)
  const ids = names.flatMap((name) => nameFinder(content, name) ?? [])
  return ids.length === names.length ? { value: ids } : { wrong: '有的没有找到，请用全称' }
}

function parts(cell: string): string[] {
  return cell.split(/[、；;\n]/).map((part) => part.trim()).filter((part) => part !== '')
}
