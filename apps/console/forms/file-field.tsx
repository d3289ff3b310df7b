import { Button, Flex } from 'antd'
import { useState } from 'react'
import type { ChangeEvent } from 'react'
import type { FileView } from '#apps/api/wire/case.ts'
import type { FileContent } from '#core/pack/content-format.ts'
import { isObject } from '#core/json.ts'
import { request } from '#apps/console/api/request.ts'
import { FileValue } from '#apps/console/contents/file-value.tsx'
import { api } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import type { z } from 'zod'
import type { LeafProps } from './leaf.ts'

const texts = { choose: '选择文件', replace: '更换文件', remove: '移除', busy: '正在上传…', failed: '文件没有上传成功，请重试。' }

/** A file: sent at once, kept by its hash. The form holds name, size and hash only. */
export function FileField({ id, label, describedBy, invalid, value, set }: LeafProps<FileContent>) {
  const { csrf_token } = useSession()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const send = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const input = event.target
    const file = input.files?.[0]
    if (file === undefined) return
    setBusy(true)
    setFailure(null)
    try {
      const body = new FormData()
      body.append('file', file, file.name)
      const { sha256, sm3, name, size, media_type } = await request<z.infer<typeof FileView>>(api.files, { method: 'POST', headers: { 'x-csrf-token': csrf_token }, body })
      set({ sha256, sm3, name, size, media_type })
    } catch (error) {
      setFailure(error instanceof Error ? error.message : texts.failed)
    } finally {
      input.value = ''
      setBusy(false)
    }
  }
  return (
    <Flex vertical gap={4}>
      {isObject(value) ? (
        <Flex gap={8} align="center" wrap>
          <FileValue file={value} />
          <Button size="small" type="link" aria-label={`${texts.remove} ${label}`} onClick={() => set(undefined)}>{texts.remove}</Button>
        </Flex>
      ) : null}
      <label className="file-choice">
        <span aria-hidden="true">{busy ? texts.busy : isObject(value) ? texts.replace : texts.choose}</span>
        <input id={id} type="file" className="visually-hidden" aria-label={label} aria-describedby={describedBy} aria-invalid={invalid} disabled={busy} onChange={(event) => void send(event)} />
      </label>
      {failure === null ? null : <span className="bad" role="alert">{failure}</span>}
    </Flex>
  )
}
