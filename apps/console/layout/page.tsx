import { Flex, Typography } from 'antd'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { PreviewMark } from './preview-mark.tsx'

/** Whether a page was shown before: the first after loading is read from its top, the link past the menu first. */
const shown = { before: false }

/** The frame of every page: its heading (and the browser's title), what can be done with the whole page, the content. What is only tried says so above everything. */
export function Page({ title, sub, actions, preview = false, children }: { title: string; sub?: ReactNode; actions?: ReactNode; preview?: boolean; children: ReactNode }) {
  useEffect(() => {
    document.title = `${preview ? '【预演】' : ''}${title} · 公枢`
  }, [title, preview])
  const head = useRef<HTMLElement>(null)
  useEffect(() => {
    // Where a click led here and what was clicked is gone, who works by keyboard or ear goes on from the heading.
    if (shown.before && document.activeElement === document.body) head.current?.focus({ preventScroll: true })
    shown.before = true
  }, [])
  return (
    <>
      {preview ? <PreviewMark /> : null}
      <Flex justify="space-between" align="flex-start" gap={16} wrap className="page-head">
        <div>
          <Typography.Title ref={head} tabIndex={-1} level={1} className="page-title">
            {title}
          </Typography.Title>
          {sub === undefined ? null : <div className="page-sub">{sub}</div>}
        </div>
        {actions === undefined ? null : (
          <Flex gap={8} wrap className="no-print">
            {actions}
          </Flex>
        )}
      </Flex>
      {children}
    </>
  )
}
