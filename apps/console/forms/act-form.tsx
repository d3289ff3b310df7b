import { App, Button, DatePicker, Flex, Form } from 'antd'
import dayjs from 'dayjs'
import type { KeyboardEvent, ReactNode } from 'react'
import type { JsonObject } from '#core/json.ts'
import type { FormField } from '#apps/api/wire/case.ts'
import { Loaded } from '#apps/console/layout/loaded.tsx'
import { ActingNote } from '#apps/console/layout/acting-band.tsx'
import { ProblemAlert } from '#apps/console/law/problem-alert.tsx'
import { useSession } from '#apps/console/session/use-session.ts'
import { ContentField } from './content-field.tsx'
import { DATE_FORMAT } from './date-field.tsx'
import { FormSharedContext } from './form-state.tsx'
import { textOfDraftState, useActForm } from './use-act-form.ts'
import type { Act } from './use-act-form.ts'
import { useDraft } from './use-draft.ts'

const texts = {
  actDate: '办理日期',
  actDateHint: '实际作出决定或办理的日期；补录的，填写当时的日期。',
  none: '此步骤不需要填写内容。',
  restored: '已恢复上次未提交的草稿。',
  startOver: '放弃草稿，重新填写',
  confirmTitle: '请确认',
  ok: '确认提交',
  cancel: '返回修改',
}

/** Enter finishes a date or a list entry; only the button sends: an official act is not done by a slip of the hand. */
function keepEnterInField(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault()
}

type Props = {
  /** Names the draft and the ids of the elements; unique on the page. */
  formKey: string
  fields: FormField[]
  starting: JsonObject
  submitLabel: string
  /** A question to be answered before it is sent; null where none is needed. */
  confirm: string | null
  submit: (act: Act) => Promise<void>
  /** Above the fields, e.g. the choice of linked cases. */
  children?: ReactNode
  cancel?: () => void
}

/** A form drawn from the pack, with its draft, the date of the act, and the server's answer where it belongs. */
export function ActForm(props: Props) {
  const draft = useDraft(props.formKey)
  return <Loaded query={draft.stored}>{(stored) => <ReadyForm {...props} draft={draft} stored={stored.body} />}</Loaded>
}

function ReadyForm({ draft, stored, formKey, fields, starting, submitLabel, confirm, submit, children, cancel }: Props & { draft: ReturnType<typeof useDraft>; stored: JsonObject | null }) {
  const { today } = useSession()
  const { modal } = App.useApp()
  const form = useActForm({ formKey, fields, starting, stored, draft, submit })
  const trySubmit = (): void => {
    if (confirm === null) return void form.send()
    modal.confirm({ title: texts.confirmTitle, content: confirm, okText: texts.ok, cancelText: texts.cancel, onOk: () => form.send() })
  }
  return (
    <Form layout="vertical" component="form" className="act-form" aria-label={submitLabel} onFinish={trySubmit} onKeyDown={keepEnterInField}>
      <FormSharedContext value={form.shared}>
        {draft.state === 'restored' ? (
          <Flex gap={8} align="center" className="gap-below">
            <span className="quiet">{texts.restored}</span>
            <Button size="small" type="link" onClick={() => form.startOver()}>{texts.startOver}</Button>
          </Flex>
        ) : null}
        <ProblemAlert error={form.error} />
        {children}
        {fields.length === 0 ? <p className="quiet">{texts.none}</p> : null}
        {fields.map(({ key, content, required }) => (
          <ContentField key={key} content={content} value={form.values[key]} path={key} required={required} within="" />
        ))}
        <div className="field">
          <div className="field-label"><label htmlFor={`${formKey}_act-date`}>{texts.actDate}</label></div>
          <DatePicker id={`${formKey}_act-date`} allowClear={false} maxDate={dayjs(today)} value={dayjs(form.actDate ?? today)} onChange={(date) => form.setActDate(date?.format(DATE_FORMAT) ?? null)} />
          <div className="field-note quiet">{texts.actDateHint}</div>
        </div>
        <Flex gap={12} align="center" className="no-print">
          <Button type="primary" htmlType="submit" loading={form.busy}>{submitLabel}</Button>
          {cancel === undefined ? null : <Button onClick={cancel}>收起</Button>}
          <ActingNote />
          <output className="quiet">{textOfDraftState(draft.state)}</output>
        </Flex>
      </FormSharedContext>
    </Form>
  )
}
