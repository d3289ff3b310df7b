import { Button } from 'antd'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { CaseView } from '#apps/api/wire/case.ts'
import type { BasisView } from '#apps/api/wire/refusal.ts'
import { BasisText } from './basis-tag.tsx'
import { LawBesideContext } from './law-beside.tsx'
import type { LawBeside } from './law-beside.tsx'

const texts = { title: '依据条文', hide: '收起条文', show: '显示条文', none: '本程序没有引用条文。' }
const STORED = 'gongshu.law-column'
type Law = CaseView['law']

/** The page on the left and, beside it, the provisions on which it rests. A click on a basis opens its sentence here. */
export function WithLaw({ law, children }: { law: Law; children: ReactNode }) {
  const [open, setOpen] = useState(() => localStorage.getItem(STORED) !== 'closed')
  const [shown, setShown] = useState<BasisView | null>(null)
  const column = useRef<HTMLElement>(null)
  const toggle = useCallback((next: boolean) => {
    localStorage.setItem(STORED, next ? 'open' : 'closed')
    setOpen(next)
  }, [])
  const beside = useMemo<LawBeside>(
    () => ({
      labelOf: (provision) => law.find((one) => one.provision === provision)?.label ?? null,
      show: (basis) => {
        toggle(true)
        setShown(basis)
        requestAnimationFrame(() => {
          const place = column.current?.querySelector(`[data-provision="${CSS.escape(basis.provision ?? '')}"]`)
          place?.scrollIntoView({ block: 'nearest' })
          if (place instanceof HTMLElement) place.focus({ preventScroll: true })
        })
      },
    }),
    [law, toggle],
  )
  return (
    <LawBesideContext value={beside}>
      <div className={open ? 'with-law' : 'with-law law-closed'}>
        <div className="with-law-main">{children}</div>
        <aside ref={column} className="law-column" aria-label={texts.title}>
          <div className="law-head">
            {open ? <strong>{texts.title}</strong> : null}
            <Button size="small" type="text" onClick={() => toggle(!open)} aria-expanded={open}>{open ? texts.hide : texts.show}</Button>
          </div>
          {open ? <Provisions law={law} shown={shown} /> : null}
        </aside>
      </div>
    </LawBesideContext>
  )
}

function Provisions({ law, shown }: { law: Law; shown: BasisView | null }) {
  if (law.length === 0) return <p className="quiet">{texts.none}</p>
  return law.map(({ provision, label, text }) => {
    const isShown = shown?.provision === provision
    return (
      <section key={provision} data-provision={provision} tabIndex={-1} className={isShown ? 'provision provision-shown' : 'provision'}>
        <h3>{label}</h3>
        <p><Marked text={text} sentence={isShown ? shown.says : null} /></p>
        {isShown && shown.kind === 'interpretation' ? <BasisText basis={{ ...shown, label: null, says: null }} /> : null}
      </section>
    )
  })
}

/** The text with one sentence of it marked. */
export function Marked({ text, sentence }: { text: string; sentence: string | null }) {
  const at = sentence === null ? -1 : text.indexOf(sentence)
  if (sentence === null || at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{sentence}</mark>
      {text.slice(at + sentence.length)}
    </>
  )
}
