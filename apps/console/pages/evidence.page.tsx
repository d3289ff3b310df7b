import { useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Typography } from 'antd'
import { useState } from 'react'
import { Page } from '#apps/console/layout/page.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { HowToVerify } from '#apps/console/contents/how-to-verify.tsx'

const texts = {
  title: '存证',
  sub: '每一步办理、每一次数据使用、每一次拒绝都是一条存证，汇入只增不改的存证树。',
  find: '按存证编号查看',
  open: '查看',
  bundle: '下载存证包',
  bundleText: '存证包含全部条目、证明和所适用的规则，可以脱离本平台核验。由实施机构或审计管理员导出，导出本身也会留下存证。',
  notYours: '您所在的岗位不能导出存证包。',
}
const EXPORTERS = new Set(['audit-administrator', 'implementing-agency'])

/** The way into the evidence: by an entry's id, or the whole as a bundle to be verified elsewhere. */
export function EvidencePage() {
  const navigate = useNavigate()
  const [id, setId] = useState('')
  const { offices } = useSession()
  return (
    <Page title={texts.title} sub={texts.sub}>
      <div className="panel">
        <Form layout="inline" onFinish={() => void navigate({ href: pages.entry(id.trim()) })}>
          <Form.Item label={texts.find} htmlFor="entry-id"><Input id="entry-id" className="entry-id" value={id} onChange={(event) => setId(event.target.value)} /></Form.Item>
          <Button type="primary" htmlType="submit" disabled={id.trim() === ''}>{texts.open}</Button>
        </Form>
      </div>
      <div className="panel">
        <Typography.Paragraph>{texts.bundleText}</Typography.Paragraph>
        {offices.some((office) => EXPORTERS.has(office.id)) ? <Button href={api.bundle}>{texts.bundle}</Button> : <span className="quiet">{texts.notYours}</span>}
      </div>
      <HowToVerify />
    </Page>
  )
}
