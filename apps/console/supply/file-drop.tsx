import { useState } from 'react'
import type { ChangeEvent, DragEvent } from 'react'

const texts = { choose: '选择文件', or: '，或者将文件拖到这里', busy: '正在准备…' }

/** A place to choose a file or to drop it on. */
export function FileDrop({ label, hint, busy, take }: { label: string; hint: string; busy: boolean; take: (file: File) => void }) {
  const [over, setOver] = useState(false)
  const chosen = (event: ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0]
    if (file !== undefined) take(file)
    event.target.value = ''
  }
  const dropped = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file !== undefined && !busy) take(file)
  }
  const dragged = (event: DragEvent): void => {
    event.preventDefault()
    setOver(true)
  }
  return (
    <div className={over ? 'file-drop file-drop-over' : 'file-drop'} onDragOver={dragged} onDragLeave={() => setOver(false)} onDrop={dropped}>
      <label className="file-choice">
        <span aria-hidden="true">{busy ? texts.busy : texts.choose}</span>
        <input type="file" className="visually-hidden" aria-label={label} disabled={busy} onChange={chosen} />
      </label>
      {busy ? null : <span className="quiet">{texts.or}</span>}
      <p className="quiet">{hint}</p>
    </div>
  )
}
