import { memo, useState } from 'react'
import type { Json } from '#core/json.ts'
import { contentRefusal } from '#core/procedure/content-check.ts'
import { FieldLabel } from './field-parts.tsx'
import { elementId, useFormShared } from './form-state.tsx'
import type { ContentFieldProps } from './form-state.tsx'
import { GroupField } from './group-field.tsx'
import { LeafInput } from './leaf-input.tsx'
import type { LeafContent } from './leaf-input.tsx'
import { lastOf } from './path.ts'
import type { Path } from './path.ts'
import { TableField } from './table-field.tsx'

/** The field of one content, whatever its type. Groups and tables hold fields again. */
export const ContentField = memo(function ContentField(props: ContentFieldProps) {
  const { content } = props
  if (content.type === 'group') return <GroupField {...props} content={content} />
  if (content.type === 'table') return <TableField {...props} content={content} />
  return <LeafField {...props} content={content} />
})

function LeafField({ content, value, path, required, within, compact = false, shownProvision }: ContentFieldProps<LeafContent>) {
  const { set, idPrefix } = useFormShared()
  const [left, setLeft] = useState(false)
  const id = elementId(idPrefix, path)
  const issue = useIssue(content, value, path, required, left)
  const label = within === '' ? content.title : `${within} ${content.title}`
  return (
    <div className={compact ? 'cell-field' : 'field'} onBlur={() => setLeft(true)}>
      {compact ? null : <FieldLabel content={content} htmlFor={id} required={required} shownProvision={shownProvision ?? null} />}
      <LeafInput compact={compact} content={content} name={lastOf(path)} value={value} id={id} label={label} describedBy={`${id}_note`} invalid={issue !== null} set={(next) => set(path, next)} />
      <div id={`${id}_note`} className="field-note">
        {issue === null ? null : <div className="bad" role="alert">{issue}</div>}
        {content.hint === undefined ? null : <div className="quiet">{content.hint}</div>}
        {content.personal ? <div className="quiet">个人信息，加密保存，不写入存证。</div> : null}
      </div>
    </div>
  )
}

/** What the server refused here, or what the same check of the engine would say: a hint only, the server decides. */
function useIssue(content: LeafContent, value: Json | undefined, path: Path, required: boolean, left: boolean): string | null {
  const { refused, showHints } = useFormShared()
  if (refused?.path === path) return refused.message
  const isEmpty = value === undefined || value === null || value === ''
  if (!showHints && (!left || isEmpty)) return null
  return contentRefusal({ ...content, optional: !required }, value, '', { order: '' })?.message ?? null
}
