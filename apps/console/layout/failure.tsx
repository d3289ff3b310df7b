import { Button, Result } from 'antd'
import { PageLink } from './page-link.tsx'
import { ApiProblem } from '#apps/console/api/request.ts'
import { pages } from '#apps/console/paths.ts'

const texts = { failed: '页面未能打开', retry: '重试', home: '返回首页', notFound: '没有找到此页', notFoundText: '链接可能有误，或者内容已不存在。请从左侧菜单进入。' }
const KINDS: Record<number, '403' | '404'> = { 403: '403', 404: '404' }

/** What went wrong with a page and what to do next. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof ApiProblem ? error.problem : null
  const kind = problem === null ? undefined : KINDS[problem.status]
  return (
    <Result
      status={kind ?? 'error'}
      title={problem?.detail ?? (error instanceof Error ? error.message : texts.failed)}
      subTitle={problem?.cure}
      extra={[
        ...(retry === undefined ? [] : [<Button key="retry" type="primary" onClick={retry}>{texts.retry}</Button>]),
        <PageLink key="home" href={pages.home}>{texts.home}</PageLink>,
      ]}
    />
  )
}

/** An address that no page has. */
export function NotFound() {
  return <Result status="404" title={<h1 className="failure-title">{texts.notFound}</h1>} subTitle={texts.notFoundText} extra={<PageLink href={pages.home}>{texts.home}</PageLink>} />
}
