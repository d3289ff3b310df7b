import { Empty } from 'antd'
import type { ReactNode } from 'react'

/** An empty list that says what would stand here and what to do. */
export function ListEmpty({ text, children }: { text: string; children?: ReactNode }) {
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<span className="quiet">{text}</span>}>{children}</Empty>
}
