import { Alert } from 'antd'
import { useFresh } from './fresh.ts'
import { OutOfDate } from './out-of-date.tsx'
import { RefusalAlert } from './refusal-alert.tsx'
import { ApiProblem } from '#apps/console/api/request.ts'

const texts = { failed: '没有完成' }
/** Somebody else acted on the case since the page was loaded. */
const OUT_OF_DATE = 'case-must-not-have-changed'

/** Why something was not done: what is missing, on which article, and what to do next. Shows nothing without an error. */
export function ProblemAlert({ error }: { error: unknown }) {
  const fresh = useFresh()
  if (error === null || error === undefined) return null
  if (!(error instanceof ApiProblem)) {
    return <Alert role="alert" type="error" showIcon className="gap-below" title={error instanceof Error ? error.message : texts.failed} />
  }
  if (error.problem.code === OUT_OF_DATE && fresh !== null) return <OutOfDate key={JSON.stringify(error.problem.details)} fresh={fresh} problem={error.problem} />
  return <RefusalAlert problem={error.problem} />
}
