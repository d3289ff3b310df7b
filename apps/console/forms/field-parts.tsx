import type { Content } from '#core/pack/content-format.ts'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { basisView } from '#apps/console/law/basis-view.ts'
import { useLawBeside } from '#apps/console/law/law-beside.tsx'

/** Number and title, a mark where it is required, and on which provision the item rests. */
export function FieldLabel({ content, htmlFor, required, shownProvision }: { content: Content; htmlFor: string; required: boolean; shownProvision: string | null }) {
  return (
    <div className="field-label">
      <label htmlFor={htmlFor}>
        {content.no}
        {content.title}
        {required ? <span className="required" title="必填"> *<span className="visually-hidden">必填</span></span> : <span className="quiet">（选填）</span>}
      </label>
      <ContentBasis content={content} shownProvision={shownProvision} />
    </div>
  )
}

/** The provision of an item, unless what stands around it has said the same. */
export function ContentBasis({ content, shownProvision }: { content: Content; shownProvision: string | null }) {
  const { labelOf } = useLawBeside()
  if (content.basis === undefined) return null
  const basis = basisView(content.basis, labelOf)
  return basis.provision !== null && basis.provision === shownProvision ? null : <BasisTag basis={basis} />
}
