import { Button, Flex } from 'antd'
import { useState } from 'react'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { TableContent } from '#core/pack/content-format.ts'
import { ContentBasis } from './field-parts.tsx'
import { elementId, useFormShared } from './form-state.tsx'
import type { ContentFieldProps } from './form-state.tsx'
import { PasteRows } from './paste-rows.tsx'
import { below } from './path.ts'
import type { Path } from './path.ts'

const texts = { add: '添加一行', remove: '删除', paste: '从 Excel 粘贴', empty: '还没有内容。可以逐行添加，也可以从 Excel 复制后粘贴。', row: (index: number) => `第${index + 1}行` }
/** More columns than these do not fit beside each other; each row then becomes a card. */
const COLUMNS_BESIDE_MAX = 4

/** Rows of typed cells: added, removed, or pasted from a spreadsheet. */
export function TableField({ content, value, path, required, shownProvision = null }: ContentFieldProps<TableContent>) {
  const { set, idPrefix, refused, showHints } = useFormShared()
  const [pasting, setPasting] = useState(false)
  const rows = Array.isArray(value) ? value : []
  const least = required ? (content.min_rows ?? 1) : 0
  const lacks = showHints && rows.length < least ? `至少填写${least}行` : null
  const issue = refused?.path === path ? refused.message : lacks
  const Rows = Object.keys(content.columns).length > COLUMNS_BESIDE_MAX ? RowCards : RowLines
  return (
    <fieldset className="group table-field" id={elementId(idPrefix, path)} tabIndex={-1}>
      <legend>
        {content.no}
        {content.title}
        {required ? null : <span className="quiet">（选填）</span>}
      </legend>
      <ContentBasis content={content} shownProvision={shownProvision} />
      {content.hint === undefined ? null : <div className="quiet">{content.hint}</div>}
      {issue === null ? null : <div className="bad" role="alert">{issue}</div>}
      {rows.length === 0 ? <p className="quiet">{texts.empty}</p> : <Rows content={content} rows={rows} path={path} remove={(index) => set(path, rows.filter((_, at) => at !== index))} shownProvision={content.basis === undefined ? shownProvision : provisionOf(content.basis)} />}
      <Flex gap={8} className="no-print">
        <Button size="small" onClick={() => set(path, [...rows, {}])} aria-label={`${texts.add} ${content.title}`}>{texts.add}</Button>
        <Button size="small" onClick={() => setPasting(true)} aria-label={`${texts.paste} ${content.title}`}>{texts.paste}</Button>
      </Flex>
      {pasting ? <PasteRows content={content} take={(pasted) => set(path, [...rows, ...pasted])} close={() => setPasting(false)} /> : null}
    </fieldset>
  )
}

type RowsProps = { content: TableContent; rows: Json[]; path: Path; remove: (index: number) => void; shownProvision: string | null }

function RowLines({ content, rows, path, remove }: RowsProps) {
  const { Field } = useFormShared()
  const columns = Object.entries(content.columns)
  return (
    <table className="row-lines">
      <thead>
        <tr>
          <th scope="col" className="row-number">序号</th>
          {columns.map(([key, column]) => (
            <th key={key} scope="col">{column.title}{column.optional ? null : <span className="required"> *</span>}</th>
          ))}
          <th scope="col"><span className="visually-hidden">操作</span></th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a row has no name of its own; its place is its identity
          <tr key={index}>
            <td className="row-number">{index + 1}</td>
            {columns.map(([key, column]) => (
              <td key={key}>
                <Field content={column} value={isObject(row) ? row[key] : undefined} path={below(below(path, index), key)} required={column.optional !== true} within={`${content.title} ${texts.row(index)}`} compact />
              </td>
            ))}
            <td><RemoveRow title={content.title} index={index} remove={remove} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function RowCards({ content, rows, path, remove, shownProvision }: RowsProps) {
  const { Field } = useFormShared()
  return rows.map((row, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- a row has no name of its own; its place is its identity
    <section key={index} className="row-card" aria-label={`${content.title} ${texts.row(index)}`}>
      <Flex justify="space-between">
        <strong>{texts.row(index)}</strong>
        <RemoveRow title={content.title} index={index} remove={remove} />
      </Flex>
      <div className="row-card-items">
        {Object.entries(content.columns).map(([key, column]) => (
          <Field key={key} content={column} value={isObject(row) ? row[key] : undefined} path={below(below(path, index), key)} required={column.optional !== true} within={`${content.title} ${texts.row(index)}`} shownProvision={shownProvision} />
        ))}
      </div>
    </section>
  ))
}

function RemoveRow({ title, index, remove }: { title: string; index: number; remove: (index: number) => void }) {
  return <Button size="small" type="text" danger onClick={() => remove(index)} aria-label={`${texts.remove} ${title} ${texts.row(index)}`}>{texts.remove}</Button>
}
