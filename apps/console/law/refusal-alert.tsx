import { Alert } from 'antd'
import type { ReactNode } from 'react'
import type { Problem } from '#apps/api/wire/refusal.ts'
import { BasisTag } from './basis-tag.tsx'

const texts = { cure: '怎么办：', code: '规则代码' }

/** What the server refused: what is missing, what to do, on which article, under which rule; below it what the page offers to do. */
export function RefusalAlert({ problem: { detail, cure, code, basis }, children }: { problem: Problem; children?: ReactNode }) {
  return (
    <Alert
      role="alert"
      type="error"
      showIcon
      className="gap-below"
      title={detail}
      description={
        <>
          <div>{texts.cure}{cure}</div>
          {basis === null ? null : <div className="refusal-basis"><BasisTag basis={basis} /> {basis.says === null ? null : <q>{basis.says}</q>}</div>}
          {children}
          <div className="mono quiet">{texts.code} {code}</div>
        </>
      }
    />
  )
}
