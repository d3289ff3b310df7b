import { provisionOf } from '#core/pack/basis.ts'
import { isObject } from '#core/json.ts'
import type { GroupContent } from '#core/pack/content-format.ts'
import { ContentBasis } from './field-parts.tsx'
import { elementId, useFormShared } from './form-state.tsx'
import type { ContentFieldProps } from './form-state.tsx'
import { OptionalPart } from './optional-part.tsx'
import { below } from './path.ts'

/** A section with its number in the text, the provision under its heading, and its items in the text's order. */
export function GroupField({ content, value, path, required, within, shownProvision = null }: ContentFieldProps<GroupContent>) {
  const { idPrefix, refused, Field } = useFormShared()
  const group = isObject(value) ? value : {}
  const provision = content.basis === undefined ? shownProvision : provisionOf(content.basis)
  const depth = path.split('/').length
  const items = (
    <div className="group-items">
      {Object.entries(content.items).map(([key, item]) => (
        <Field key={key} content={item} value={group[key]} path={below(path, key)} required={item.optional !== true} within={depth > 1 ? content.title : within} shownProvision={provision} />
      ))}
    </div>
  )
  return (
    <fieldset className={`group group-${Math.min(depth, 3)}`} id={elementId(idPrefix, path)} tabIndex={-1}>
      <legend>
        {content.no}
        {content.title}
        {required ? null : <span className="quiet">（选填）</span>}
      </legend>
      <ContentBasis content={content} shownProvision={shownProvision} />
      {content.hint === undefined ? null : <div className="quiet">{content.hint}</div>}
      {refused?.path === path ? <div className="bad" role="alert">{refused.message}</div> : null}
      {required ? items : <OptionalPart title={content.title} value={value}>{items}</OptionalPart>}
    </fieldset>
  )
}
