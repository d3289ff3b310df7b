import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DeliveryView, OpeningView } from '#apps/api/wire/deliveries.ts'
import { send } from '#apps/console/api/request.ts'
import { deliveryQuery } from '#apps/console/api/queries.ts'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { FileDrop } from './file-drop.tsx'
import type { Delta } from './supply-mode-field.tsx'
import { fingerprintOf, startUpload } from './uploads.ts'

const texts = {
  hint: 'CSV、TSV、JSON Lines、Parquet 或者 xlsx 文件，可用 gzip 或者 zstd 压缩；编码为 UTF-8 或者 GB18030。文件较大时自动分段上传，中断后可以续传。',
  label: '选择要提供的数据文件',
}

/** A file for an open step: announced to the server, then sent piece by piece while its own page shows how far it is. */
export function BeginUpload({ opening, delta }: { opening: OpeningView; delta: Delta }) {
  const { csrf_token } = useSession()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const begin = async (file: File): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const body = { case_id: opening.case_id, task: opening.task, name: file.name, bytes: file.size, fingerprint: await fingerprintOf(file), ...(delta === null ? {} : { delta }) }
      const delivery = await send<DeliveryView>('POST', api.beginUpload, body, csrf_token)
      startUpload(delivery, file, csrf_token, () => void client.invalidateQueries({ queryKey: deliveryQuery(delivery.id).queryKey }))
      await navigate({ href: pages.delivery(delivery.id) })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <>
      <ProblemAlert error={error} />
      <FileDrop label={texts.label} hint={texts.hint} busy={busy} take={(file) => void begin(file)} />
    </>
  )
}
