import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Select } from 'antd'
import { useMemo, useState } from 'react'
import type { AcceptedView, OpenBody, OpenableView } from '#apps/api/wire/case.ts'
import { ActKeys } from '#apps/console/api/idempotency-key.ts'
import { openableQuery, packQuery } from '#apps/console/api/queries.ts'
import { NoAnswer, send } from '#apps/console/api/request.ts'
import { ActForm } from '#apps/console/forms/act-form.tsx'
import { startingLinks, startingValues } from '#apps/console/forms/prefill.ts'
import type { Act } from '#apps/console/forms/use-act-form.ts'
import { NotFound } from '#apps/console/layout/failure.tsx'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { Page } from '#apps/console/layout/page.tsx'
import { BasisTag } from '#apps/console/law/basis-tag.tsx'
import { LawBesideContext } from '#apps/console/law/law-beside.tsx'
import { RefusalText } from '#apps/console/law/refusal-text.tsx'
import { api, pages } from '#apps/console/paths.ts'
import { useActing } from '#apps/console/session/acting.tsx'
import { useSession } from '#apps/console/session/use-session.ts'

const texts = {
  sub: (office: string) => `由${office}发起`,
  closed: '目前不能发起此事项',
  choose: '请选择',
  noCandidates: '没有符合条件的事项',
  optional: '（选填）',
}

/** The form that opens a case in earnest. */
export function OpenFormPage() {
  return <FormOf preview={false} />
}

/** The form that opens a case in the preview space. */
export function PreviewFormPage() {
  return <FormOf preview />
}

function FormOf({ preview }: { preview: boolean }) {
  const { pack = '', procedure = '' } = useParams({ strict: false })
  const { acting } = useActing()
  const query = useQuery(openableQuery(acting?.delegation ?? null, preview))
  return (
    <Loaded query={query}>
      {(rows) => {
        const row = rows.find((one) => one.pack === pack && one.procedure === procedure)
        return row === undefined ? <NotFound /> : <OpenForm key={`${pack}/${procedure}`} row={row} preview={preview} />
      }}
    </Loaded>
  )
}

function OpenForm({ row, preview }: { row: OpenableView; preview: boolean }) {
  const brought = useSearch({ strict: false })
  const [links, setLinks] = useState(() => startingLinks(row.links, { ...brought }))
  const open = useOpening(row, preview)
  const provisions = useQuery(packQuery(row.pack)).data?.provisions
  const law = useMemo(() => ({ labelOf: (id: string) => provisions?.find((one) => one.id === id)?.label ?? null, show: null }), [provisions])
  return (
    <Page title={row.open_title} sub={<>{texts.sub(row.by.title)}　<BasisTag basis={row.basis} /></>} preview={preview}>
      <LawBesideContext value={law}>
        <div className="panel">
          {row.enabled || row.disabled_reason === null ? null : <div className="gap-below bad"><strong>{texts.closed}</strong><RefusalText refusal={row.disabled_reason} /></div>}
          <ActForm formKey={`${preview ? 'preview' : 'open'}.${row.pack}.${row.procedure}`} fields={row.form} starting={startingValues(row.form, { ...brought })} submitLabel={row.open_title} confirm={null} submit={(act) => open(act, links)}>
            {row.links.map((link) => <LinkChoice key={link.name} link={link} value={links[link.name]} choose={(id) => setLinks((before) => withLink(before, link.name, id))} />)}
          </ActForm>
        </div>
      </LawBesideContext>
    </Page>
  )
}

function withLink(links: Record<string, string>, name: string, id: string | undefined): Record<string, string> {
  const { [name]: _left, ...others } = links
  return id === undefined ? others : { ...others, [name]: id }
}

function useOpening(row: OpenableView, preview: boolean) {
  const navigate = useNavigate()
  const client = useQueryClient()
  const { csrf_token } = useSession()
  const { acting } = useActing()
  const [keys] = useState(() => new ActKeys())
  return async ({ contents, act_date }: Act, links: Record<string, string>): Promise<void> => {
    const body: OpenBody = { pack: row.pack, procedure: row.procedure, links, contents, ...(act_date === undefined ? {} : { act_date }), ...(acting === null ? {} : { acting_for: acting.delegation }), ...(preview ? { preview } : {}) }
    try {
      const accepted = await send<AcceptedView>('POST', api.open, body, csrf_token, keys.keyFor(body))
      keys.answered()
      for (const list of ['tasks', 'cases', 'openable']) void client.invalidateQueries({ queryKey: [list] })
      await navigate({ href: pages.case(accepted.case_id) })
    } catch (error) {
      if (!(error instanceof NoAnswer)) keys.answered()
      throw error
    }
  }
}

function LinkChoice({ link, value, choose }: { link: OpenableView['links'][number]; value: string | undefined; choose: (id: string | undefined) => void }) {
  const id = `link-${link.name}`
  return (
    <div className="field">
      <div className="field-label">
        <label htmlFor={id}>{link.title}{link.optional ? <span className="quiet">{texts.optional}</span> : <span className="required"> *</span>}</label>
      </div>
      <Select id={id} aria-label={link.title} className="wide" allowClear placeholder={texts.choose} notFoundContent={texts.noCandidates} value={value ?? null} onChange={(next: string | null | undefined) => choose(next ?? undefined)} options={link.candidates.map(({ case_id, number, title }) => ({ value: case_id, label: `${number}　${title}` }))} />
    </div>
  )
}
