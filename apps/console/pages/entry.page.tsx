import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Descriptions } from 'antd'
import type { z } from 'zod'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import { ENTRY_TYPE_TITLES } from '#core/evidence/entry-type-titles.ts'
import type { EntryView } from '#apps/api/wire/rules.ts'
import { CaseNumber } from '#apps/console/cases/case-number.tsx'
import { entryQuery } from '#apps/console/api/queries.ts'
import { HowToVerify } from '#apps/console/contents/how-to-verify.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'

const texts = {
  title: (seq: number) => `存证第 ${seq} 条`,
  entry: '条目内容',
  proof: '包含证明',
  proofText: (size: number, count: number) => `本条在共 ${size} 条的存证树中。由本条的叶哈希和下列 ${count} 个兄弟哈希逐层计算，应得到树根。`,
  labels: { id: '编号', leaf256: '叶哈希 SHA-256', leaf3: '叶哈希 SM3', root: '树根 SHA-256', size: '树的大小', case: '所属事项', type: '类型', on: '日期' },
}
/** The type in one word; a type of a later version keeps its name. */
function titleOf(type: Json | undefined): string {
  return Object.entries(ENTRY_TYPE_TITLES).find(([id]) => id === type)?.[1] ?? String(type ?? '')
}

type Entry = z.infer<typeof EntryView>

/** One entry with the proof that it stands in the log. */
export function EntryPage() {
  const { entryId = '' } = useParams({ strict: false })
  return <Loaded query={useQuery(entryQuery(entryId))}>{(view) => <EntryOf view={view} />}</Loaded>
}

function EntryOf({ view }: { view: Entry }) {
  const { labels } = texts
  const object = view.entry['object']
  const caseId = isObject(object) && object['kind'] === 'case' && typeof object['id'] === 'string' ? object['id'] : null
  const mono = (text: string | number) => <span className="mono">{text}</span>
  const items = [
    { key: 'id', label: labels.id, children: mono(view.id) },
    { key: 'leaf256', label: labels.leaf256, children: mono(view.leaf_sha256) },
    { key: 'leaf3', label: labels.leaf3, children: mono(view.leaf_sm3) },
    { key: 'root', label: labels.root, children: mono(view.root_sha256) },
    { key: 'type', label: labels.type, children: titleOf(view.entry['type']) },
    { key: 'on', label: labels.on, children: String(view.entry['legalDate'] ?? '') },
    ...(caseId === null ? [] : [{ key: 'case', label: labels.case, children: <CaseNumber id={caseId} /> }]),
  ]
  return (
    <Page title={texts.title(view.seq)}>
      <div className="panel"><Descriptions size="small" column={1} bordered items={items} /></div>
      <section className="panel" aria-label={texts.entry}>
        <h2 className="part">{texts.entry}</h2>
        <pre className="code">{JSON.stringify(view.entry, null, 2)}</pre>
      </section>
      <section className="panel" aria-label={texts.proof}>
        <h2 className="part">{texts.proof}</h2>
        <p>{texts.proofText(view.size, view.proof_sha256.length)}</p>
        <ol className="mono">{view.proof_sha256.map((hash) => <li key={hash}>{hash}</li>)}</ol>
      </section>
      <HowToVerify />
    </Page>
  )
}
