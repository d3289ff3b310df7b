import type { DeclaredTable } from '#core/engine/translate-statement.ts'

/** Rows are made from this and nothing else. */
export const SEED = 20_261_122

const PERSON: DeclaredTable['columns'] = [
  { name: 'id', type: 'integer' }, { name: 'name', type: 'text' }, { name: 'district', type: 'text' }, { name: 'born', type: 'date' },
  { name: 'joined', type: 'timestamp' }, { name: 'income', type: 'decimal', scale: 2 }, { name: 'height', type: 'integer' },
  { name: 'married', type: 'boolean' }, { name: 'note', type: 'text' },
]

/** Tables with everything in them on which engines have been seen to differ: missing values, ties, halves, Han and other letters, odd spaces. */
export const TABLES: readonly DeclaredTable[] = [
  { name: 'person', columns: PERSON },
  { name: 'nobody', columns: PERSON },
  { name: 'visit', columns: [{ name: 'person_id', type: 'integer' }, { name: 'day', type: 'date' }, { name: 'kind', type: 'text' }, { name: 'cost', type: 'decimal', scale: 2 }, { name: 'minutes', type: 'integer' }] },
]

const NAMES = ['王伟', '李娜', '张强', '刘洋', '陈静', '欧阳修', '阿依古丽·买买提', 'Anna', '王伟', '']
const DISTRICTS = ['锦江区', '青羊区', '金牛区', '武侯区', 'Jinjiang']
const NOTES = ['', ' ', 'abc', 'a-12 b-345', '　全角空格　', 'Ｆｕｌｌ', '50%', 'a\\b', "it's", 'x_y', 'ÀÉñ', '数据要素 2026', 'a\nc', 'tab\tend ', '🤦🏼‍♂️', 'ABC abc', '"quoted"', '\u00A0nbsp', 'a\\_b', 'bb b']
const KINDS = ['门诊', '住院', '体检', '急诊']
const ROWS = { person: 240, visit: 700 }

/** A number from 0 up to, not with, `below`, from a fixed sequence. */
type Draw = (below: number) => number

function drawer(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
const two = (value: number): string => String(value).padStart(2, '0')

/** The statements that make and fill the tables on the reference engine. */
export function tableStatements(seed: number = SEED): readonly string[] {
  const draw = drawer(seed)
  const pick = (from: readonly string[]): string => text(from[draw(from.length)] ?? '')
  const sometimes = (value: string): string => (draw(9) === 0 ? 'NULL' : value)
  const day = (from: number, years: number): string => `${from + draw(years)}-${two(1 + draw(12))}-${two(1 + draw(28))}`
  const persons = Array.from({ length: ROWS.person }, (_, row) => [
    String(row + 1), sometimes(pick(NAMES)), pick(DISTRICTS), sometimes(`DATE '${row % 40 === 0 ? '2000-02-29' : day(1945, 65)}'`),
    `TIMESTAMP '${day(2024, 2)} ${two(draw(24))}:${two(draw(60))}:${two(draw(60))}'`, row % 11 === 0 ? '5000.00' : `${draw(12_000)}.${two(draw(20) * 5)}`,
    sometimes(String(150 + draw(45))), sometimes(draw(2) === 0 ? 'true' : 'false'), sometimes(pick(NOTES)),
  ].join(', '))
  const visits = Array.from({ length: ROWS.visit }, () => [
    // Some visits are nobody's, and some persons have none.
    String(1 + draw(ROWS.person + 20)), `DATE '${day(2025, 1)}'`, sometimes(pick(KINDS)), `${draw(1000)}.${two(draw(100))}`, sometimes(String(5 + draw(200))),
  ].join(', '))
  const rows = (lines: readonly string[]): string => lines.map((line) => `(${line})`).join(', ')
  return [
    ...TABLES.map((table) => `CREATE TABLE ${table.name} (${table.columns.map((column) => `${column.name} ${duckDbType(column)}`).join(', ')})`),
    `INSERT INTO person VALUES ${rows(persons)}`,
    `INSERT INTO visit VALUES ${rows(visits)}`,
  ]
}

function duckDbType({ type, scale }: DeclaredTable['columns'][number]): string {
  return { text: 'VARCHAR', integer: 'BIGINT', decimal: `DECIMAL(18, ${scale ?? 0})`, boolean: 'BOOLEAN', date: 'DATE', timestamp: 'TIMESTAMP' }[type]
}
