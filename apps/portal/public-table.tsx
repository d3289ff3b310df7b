import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import { csvText } from '#core/csv-text.ts'

export type PublicColumn<R> = { title: string; text: (row: R) => string | number; show?: (row: R) => ReactNode }

type Props<R> = { title: string; about: string; rows: readonly R[]; columns: readonly PublicColumn<R>[]; rowKey: (row: R) => string; empty: string }

const texts = { csv: '下载 CSV', find: '在本表中查找', none: '没有符合的内容。' }
/** With fewer rows a search box only stands in the way. unit: rows */
const SEARCHED_FROM = 8

/** A table of what is public: to read, to search, to print, to take away as CSV. */
export function PublicTable<R>({ title, about, rows, columns, rowKey, empty }: Props<R>) {
  const id = useId()
  const [word, setWord] = useState('')
  const found = rows.filter((row) => columns.some(({ text }) => String(text(row)).includes(word.trim())))
  return (
    <section aria-labelledby={id} className="part">
      <div className="part-head">
        <h2 id={id}>{title}（{rows.length}）</h2>
        <div className="no-print">
          {rows.length < SEARCHED_FROM ? null : <input type="search" aria-label={`${texts.find}：${title}`} placeholder={texts.find} value={word} onChange={(event) => setWord(event.target.value)} />}
          {rows.length === 0 ? null : <button type="button" aria-label={`${texts.csv}：${title}`} onClick={() => download(`${title}.csv`, csvText(columns.map((column) => column.title), rows.map((row) => columns.map(({ text }) => text(row)))))}>{texts.csv}</button>}
        </div>
      </div>
      <p className="about">{about}</p>
      {rows.length === 0 ? <p className="empty">{empty}</p> : (
        <div className="scroll">
          <table>
            <thead><tr>{columns.map((column) => <th key={column.title} scope="col">{column.title}</th>)}</tr></thead>
            <tbody>
              {found.map((row) => <tr key={rowKey(row)}>{columns.map(({ title: key, text, show }) => <td key={key} data-head={key}>{show === undefined ? text(row) : show(row)}</td>)}</tr>)}
            </tbody>
          </table>
          {found.length === 0 ? <p className="empty">{texts.none}</p> : null}
        </div>
      )}
    </section>
  )
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
