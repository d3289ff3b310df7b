import { Flex, Segmented } from 'antd'
import { useState } from 'react'
import type { OpeningView } from '#apps/api/wire/deliveries.ts'
import { PageLink } from '#apps/console/layout/page-link.tsx'
import { pages } from '#apps/console/paths.ts'
import { BeginPull } from './begin-pull.tsx'
import { BeginUpload } from './begin-upload.tsx'
import { SupplyModeField, isDeltaWhole } from './supply-mode-field.tsx'
import type { Delta } from './supply-mode-field.tsx'

const texts = {
  provided: '已提供并入库，可以到事项中办理；需要时可以重新提供。',
  fields: '同意提供的列',
  keyFirst: '请先选定主键列。',
  keyOnly: '文件只含下列主键列',
  ways: { upload: '上传文件', pull: '从数据源提取' },
}

/** The beginning of a delivery for an open step: full or as an increment, as a file or from a source. */
export function BeginDelivery({ opening }: { opening: OpeningView }) {
  const [way, setWay] = useState<'upload' | 'pull'>('upload')
  const [delta, setDelta] = useState<Delta>(null)
  const columns = delta?.mode === 'delete' ? opening.fields.filter(({ name }) => delta.key.includes(name)) : opening.fields
  return (
    <>
      {opening.provided === null ? null : <p><PageLink href={pages.delivery(opening.provided.delivery)}>{texts.provided}</PageLink></p>}
      <SupplyModeField opening={opening} delta={delta} change={setDelta} />
      <p>{delta?.mode === 'delete' ? texts.keyOnly : texts.fields}：{columns.map(({ name, title }) => (name === title ? title : `${title}（${name}）`)).join('、')}</p>
      {isDeltaWhole(delta) ? (
        <Flex vertical gap={12}>
          <Segmented className="ways" value={way} options={Object.entries(texts.ways).map(([value, label]) => ({ value, label }))} onChange={(next: string) => setWay(next === 'pull' ? 'pull' : 'upload')} />
          {way === 'upload' ? <BeginUpload opening={opening} delta={delta} /> : <BeginPull opening={opening} delta={delta} />}
        </Flex>
      ) : <output>{texts.keyFirst}</output>}
    </>
  )
}
