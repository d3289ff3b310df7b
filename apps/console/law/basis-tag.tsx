import { Popover, Tag } from 'antd'
import type { BasisView } from '#apps/api/wire/refusal.ts'
import { BASIS_KINDS, basisSentence } from './basis-view.ts'
import { useLawBeside } from './law-beside.tsx'

const texts = { reads: '平台读作：', because: '理由：' }

/** On what something rests: its kind and place. A click shows the sentence, beside the page where the law stands there. */
export function BasisTag({ basis, short = false }: { basis: BasisView; short?: boolean }) {
  const { show, labelOf } = useLawBeside()
  const kind = BASIS_KINDS[basis.kind]
  const label = basis.label ?? (basis.provision === null ? null : labelOf(basis.provision))
  const beside = show !== null && basis.provision !== null && labelOf(basis.provision) !== null
  const tag = (
    <button type="button" className="basis" aria-label={basisSentence({ ...basis, label })} onClick={beside ? () => show(basis) : undefined}>
      <Tag color={kind.color}>{kind.title}</Tag>
      {short || label === null ? null : <span>{label}</span>}
    </button>
  )
  return beside ? tag : <Popover trigger={['click', 'focus', 'hover']} content={<BasisText basis={{ ...basis, label }} />}>{tag}</Popover>
}

/** The whole of a basis: place, sentence, and where the text is unclear how the platform reads it and why. */
export function BasisText({ basis }: { basis: BasisView }) {
  return (
    <div className="basis-text">
      {basis.label === null ? null : <div><strong>{basis.label}</strong></div>}
      {basis.says === null ? null : <blockquote>{basis.says}</blockquote>}
      {basis.reads === null ? null : <div>{texts.reads}{basis.reads}</div>}
      {basis.because === null ? null : <div>{basis.kind === 'provision' ? '' : texts.because}{basis.because}</div>}
    </div>
  )
}
