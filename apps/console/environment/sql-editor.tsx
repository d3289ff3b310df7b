import { Button } from 'antd'
import { useId, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import type { EnvironmentTable } from '#apps/api/wire/environment.ts'
import { completionsFor } from './sql-completion.ts'
import type { Completions } from './sql-completion.ts'

const texts = {
  proposals: '可以填入',
  hint: '边写边列出字段、数据表和可用函数，也可以按中文名称查找。Ctrl+空格填入选中的一项，Alt+↓、Alt+↑换一项，Esc 收起。',
}
/** unit: lines; a statement of that length is seen whole */
const ROWS_MIN = 7

type Props = { id: string; value: string; set: (value: string) => void; tables: readonly EnvironmentTable[] }

/** A field for SQL that proposes what may stand there; keys that a text needs keep their meaning, and Tab leaves the field. */
export function SqlEditor({ id, value, set, tables }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [offered, setOffered] = useState<Completions | null>(null)
  const [at, setAt] = useState(0)
  const listId = useId()
  const look = (): void => {
    const caret = field.current?.selectionStart ?? 0
    setOffered(completionsFor(field.current?.value ?? '', caret, tables))
    setAt(0)
  }
  const take = (insert: string): void => {
    const element = field.current
    if (element === null || offered === null) return
    const caret = element.selectionStart
    set(value.slice(0, offered.from) + insert + value.slice(caret))
    setOffered(null)
    const next = offered.from + insert.length
    requestAnimationFrame(() => {
      element.focus()
      element.setSelectionRange(next, next)
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (offered === null) return
    const chosen = offered.items[at]
    if (event.key === ' ' && event.ctrlKey && chosen !== undefined) take(chosen.insert)
    else if (event.key === 'Escape') setOffered(null)
    else if (event.altKey && event.key === 'ArrowDown') setAt((at + 1) % offered.items.length)
    else if (event.altKey && event.key === 'ArrowUp') setAt((at + offered.items.length - 1) % offered.items.length)
    else return
    event.preventDefault()
  }
  return (
    <>
      <textarea ref={field} id={id} className="ant-input sql" spellCheck={false} required rows={Math.max(ROWS_MIN, value.split('\n').length)} value={value} aria-describedby={`${id}-hint`} aria-autocomplete="list" aria-controls={listId} onChange={(event) => { set(event.target.value); look() }} onKeyDown={onKeyDown} onBlur={({ relatedTarget }) => { if (relatedTarget === null || relatedTarget.closest('.proposals') === null) setOffered(null) }} />
      <fieldset id={listId} className="proposals" aria-label={texts.proposals}>
        {offered?.items.map(({ insert, detail }, index) => (
          <Button key={insert} size="small" tabIndex={-1} type={index === at ? 'primary' : 'default'} ghost={index === at} onClick={() => take(insert)}><code>{insert}</code>{detail === '' ? null : `　${detail}`}</Button>
        ))}
      </fieldset>
      <div id={`${id}-hint`} className="quiet">{texts.hint}</div>
    </>
  )
}
