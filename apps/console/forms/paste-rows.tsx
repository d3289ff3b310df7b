import { useQuery } from '@tanstack/react-query'
import { Alert, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import type { JsonObject } from '#core/json.ts'
import type { TableContent } from '#core/pack/content-format.ts'
import { organizationsQuery } from '#apps/console/api/queries.ts'
import { pastedRows } from './pasted-rows.ts'
import type { NameFinder } from './pasted-rows.ts'
import { useRecordNames } from './record-names.ts'

const texts = {
  title: (table: string) => `从 Excel 粘贴：${table}`,
  columns: '列的顺序（首行是列名时，按列名对应）：',
  label: '粘贴内容',
  take: (count: number) => `加入 ${count} 行`,
  faults: (count: number) => `有 ${count} 处没有识别，这些单元格将留空，加入后请补填：`,
  cancel: '取消',
}
const FAULTS_SHOWN = 8

/** Reads rows from the clipboard of a spreadsheet and says cell by cell what it could not read. */
export function PasteRows({ content, take, close }: { content: TableContent; take: (rows: JsonObject[]) => void; close: () => void }) {
  const [text, setText] = useState('')
  const nameFinder = useNameFinder(content)
  const { rows, faults } = useMemo(() => pastedRows(content, text, nameFinder), [content, text, nameFinder])
  return (
    <Modal
      open
      width={760}
      title={texts.title(content.title)}
      okText={texts.take(rows.length)}
      cancelText={texts.cancel}
      okButtonProps={{ disabled: rows.length === 0 }}
      onOk={() => {
        take(rows)
        close()
      }}
      onCancel={close}
    >
      <p className="quiet">{texts.columns}{Object.values(content.columns).map(({ title }) => title).join('、')}</p>
      <Input.TextArea aria-label={texts.label} rows={8} value={text} onChange={(event) => setText(event.target.value)} />
      {faults.length === 0 ? null : (
        <Alert
          type="warning"
          className="gap-above"
          title={texts.faults(faults.length)}
          description={
            <ul>
              {faults.slice(0, FAULTS_SHOWN).map(({ row, column, wrong }) => <li key={`${row}${column}`}>第{row}行“{column}”：{wrong}</li>)}
              {faults.length > FAULTS_SHOWN ? <li>……</li> : null}
            </ul>
          }
        />
      )}
    </Modal>
  )
}

function useNameFinder(table: TableContent): NameFinder {
  const organizations = useQuery(organizationsQuery).data
  const records = useRecordNames(Object.values(table.columns).flatMap((column) => (column.type === 'reference' || column.type === 'references' ? [column.to] : [])))
  return useMemo(
    () => (content, name) => {
      if (content.type === 'organization') return organizations?.find((one) => one.name === name || one.id === name || one.credit_code === name)?.id
      if (content.type === 'reference' || content.type === 'references') return records.get(content.to)?.get(name)
      return name
    },
    [organizations, records],
  )
}
