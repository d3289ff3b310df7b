import { Alert } from 'antd'
import { BasisTag } from './basis-tag.tsx'
import { ApiProblem } from '#apps/console/api/request.ts'

const texts = { cure: '怎么办：', code: '规则代码', failed: '没有完成' }

/** Why something was not done: what is missing, on which article, and what to do next. Shows nothing without an error. */
export function ProblemAlert({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null
  if (!(error instanceof ApiProblem)) {
    return <Alert role="alert" type="error" showIcon className="gap-below" title={error instanceof Error ? error.message : texts.failed} />
  }
  const { detail, cure, code, basis } = error.problem
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
          <div className="mono quiet">{texts.code} {code}</div>
        </>
      }
    />
  )
}
