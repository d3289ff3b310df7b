import { useEffect } from 'react'
import type { z } from 'zod'
import type { LateDisclosureView, PortalView, PublicAuthorization, PublicProduct, PublicUse, Publication } from '#apps/api/wire/public.ts'
import { PublicTable } from './public-table.tsx'
import type { PublicColumn } from './public-table.tsx'
import { BasisPlace, basisText } from './basis-place.tsx'
import { PublicationBody, bodyText } from './publication-body.tsx'
import { usePortal } from './use-portal.ts'

type Authorization = z.infer<typeof PublicAuthorization>
type Product = z.infer<typeof PublicProduct>
type Use = z.infer<typeof PublicUse>
type Late = z.infer<typeof LateDisclosureView>
type Notice = z.infer<typeof Publication>

const texts = {
  title: '公共数据资源授权运营公开',
  lead: '谁可以用哪些公共数据做什么，依据什么规则，提供了哪些产品和服务，在这里向社会公开。',
  demonstration: '演示模式：本页面的单位、数据和日期均为演示，不产生任何法律效力。',
  today: '日期',
  waiting: '正在加载…',
  failed: '公开信息未能读取，请稍后重试。',
  retry: '重试',
  rules: '依据的规则',
  noRules: '还没有施行的规则。',
  staff: '工作人员登录',
  contents: '本页目录',
}

function resourceText({ title, provider }: Authorization['resources'][number]): string {
  return provider === '' ? title : `${title}（${provider}）`
}

const authorizationColumns: PublicColumn<Authorization>[] = [
  { title: '运营机构', text: ({ operator }) => operator },
  { title: '统一社会信用代码', text: ({ credit_code }) => credit_code },
  { title: '授权模式', text: ({ mode }) => mode },
  { title: '授权内容', text: ({ content }) => content },
  { title: '数据资源（提供单位）', text: ({ resources }) => resources.map(resourceText).join('；'), show: ({ resources }) => <ul>{resources.map((resource) => <li key={`${resource.title}${resource.provider}`}>{resourceText(resource)}</li>)}</ul> },
  { title: '选定方式', text: ({ selection_method }) => selection_method },
  { title: '协议签订日期', text: ({ agreement_date }) => agreement_date },
  { title: '授权期限', text: ({ starts, ends }) => `${starts} 至 ${ends}` },
  { title: '状态', text: ({ status, ended_on }) => (ended_on === null ? status : `${status}（${ended_on}）`) },
]
const productColumns: PublicColumn<Product>[] = [
  { title: '名称', text: ({ name }) => name },
  { title: '说明', text: ({ description }) => description },
  { title: '运营机构', text: ({ operator }) => operator },
  { title: '数据来源', text: ({ sources }) => sources.join('、') },
  { title: '价格', text: ({ price }) => price },
  { title: '登记情况', text: ({ registration }) => registration },
  { title: '联系方式', text: ({ contact }) => contact },
]
const useColumns: PublicColumn<Use>[] = [
  { title: '产品', text: ({ name }) => name },
  { title: '使用单位数', text: ({ consumers }) => consumers },
  { title: '调用次数', text: ({ calls }) => calls },
  { title: '其中免费', text: ({ free_calls }) => free_calls },
]
const lateColumns: PublicColumn<Late>[] = [
  { title: '应公开事项', text: ({ procedure, step }) => `${procedure}：${step}` },
  { title: '编号', text: ({ number }) => number },
  { title: '责任单位', text: ({ organization, office }) => `${organization}（${office}）` },
  { title: '应公开日期', text: ({ due, provisional }) => `${due}${provisional ? '（暂定）' : ''}`, show: ({ due, provisional }) => <><span className="date">{due}</span>{provisional ? '（暂定）' : ''}</> },
  { title: '逾期工作日', text: ({ working_days }) => working_days, show: ({ working_days }) => <strong className="late">{working_days}</strong> },
  { title: '公开依据', text: ({ basis }) => basisText(basis), show: ({ basis }) => <BasisPlace basis={basis} /> },
  { title: '期限依据', text: ({ due_basis }) => basisText(due_basis), show: ({ due_basis }) => <BasisPlace basis={due_basis} /> },
]
const publicationColumns: PublicColumn<Notice>[] = [
  { title: '日期', text: ({ legal_date }) => legal_date },
  { title: '标题', text: ({ title }) => title },
  { title: '内容', text: ({ body }) => bodyText(body), show: ({ body }) => <PublicationBody body={body} /> },
]

/** What is owed, in one sentence above the list. */
function debtSentence({ late_disclosures: late, disclosure_debt: debts }: PortalView): string {
  const about = '依规定应当向社会公开、超过期限仍未公开的事项。由平台按期限自动列出，任何单位不能撤下；公开后即不再列出。'
  return late.length === 0 ? about : `${about}目前共 ${late.length} 项，涉及 ${new Set(debts.map(({ organization }) => organization)).size} 个单位。`
}

/** What anybody may read, without an account. */
export function PortalPage() {
  const asked = usePortal()
  useEffect(() => {
    document.title = asked.state === 'shown' ? `${asked.view.city}${texts.title}` : texts.title
  }, [asked])
  if (asked.state === 'waiting') return <main className="portal" aria-busy="true"><p>{texts.waiting}</p></main>
  if (asked.state === 'failed') {
    return (
      <main className="portal">
        <h1>{texts.title}</h1>
        <p role="alert">{texts.failed}</p>
        <button type="button" onClick={() => window.location.reload()}>{texts.retry}</button>
      </main>
    )
  }
  return <Shown view={asked.view} />
}

function Shown({ view }: { view: PortalView }) {
  return (
    <>
      {view.demonstration ? <div className="demonstration" role="note">{texts.demonstration}</div> : null}
      <header className="head">
        <div>
          <h1>{view.city}{texts.title}</h1>
          <p>{texts.lead}</p>
        </div>
        <div className="head-side">
          <div>{texts.today} {view.today}</div>
          <a className="no-print" href="/">{texts.staff}</a>
        </div>
      </header>
      <main className="portal">
        <PublicTable title="授权情况" about="已经授权的运营机构、授权内容和期限。" rows={view.authorizations} columns={authorizationColumns} rowKey={({ id }) => id} empty="还没有授权。授权协议备案后，在这里公开。" />
        <PublicTable title="产品和服务清单" about="运营机构提供的公共数据产品和服务、价格和登记情况。" rows={view.products} columns={productColumns} rowKey={({ id }) => id} empty="还没有产品。产品发布后，在这里公开。" />
        {/* oxlint-disable-next-line react/hooks -- a field of the answer that happens to be named like React's hook */}
        <PublicTable title="使用情况" about="各产品被多少单位使用、调用多少次。" rows={view.use} columns={useColumns} rowKey={({ product }) => product} empty="还没有使用记录。" />
        <PublicTable title="公告" about="依规定公开的决定、报告和其他事项。" rows={view.publications} columns={publicationColumns} rowKey={({ id }) => id} empty="还没有公告。" />
        <PublicTable title="应公开未公开" about={debtSentence(view)} rows={view.late_disclosures} columns={lateColumns} rowKey={({ number, step }) => `${number}${step}`} empty="截至今日，依规定应当公开的事项均已按期公开。超过期限仍未公开的，会自动列在这里，公开后移除。" />
        <section className="part" aria-labelledby="rules">
          <h2 id="rules">{texts.rules}</h2>
          {view.rules.length === 0 ? <p className="empty">{texts.noRules}</p> : <ul>{view.rules.map(({ pack, title, document_number }) => <li key={pack}>{title}（{document_number}）</li>)}</ul>}
        </section>
      </main>
    </>
  )
}
