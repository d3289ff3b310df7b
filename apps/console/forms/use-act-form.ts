import { useCallback, useEffect, useMemo, useState } from 'react'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { FormField } from '#apps/api/wire/case.ts'
import { ApiProblem } from '#apps/console/api/request.ts'
import { useSession } from '#apps/console/session/use-session.ts'
import { ContentField } from './content-field.tsx'
import { elementId } from './form-state.tsx'
import type { FormShared } from './form-state.tsx'
import { givenContents } from './given-contents.ts'
import { withValueAt } from './path.ts'
import type { Path } from './path.ts'
import { refusedPlace } from './refused-place.ts'
import type { DraftState, useDraft } from './use-draft.ts'

/** What a filled-in form sends: its contents, and the date of the act where it is not today. */
export type Act = { contents: JsonObject; act_date?: string }

type Given = {
  formKey: string
  fields: FormField[]
  starting: JsonObject
  stored: JsonObject | null
  draft: ReturnType<typeof useDraft>
  submit: (act: Act) => Promise<void>
}

const DRAFT_TEXTS: Record<DraftState, string> = { none: '', restored: '', waiting: '正在保存草稿…', saved: '草稿已自动保存', failed: '草稿未能保存，请检查网络；已填内容仍在本页' }

export function textOfDraftState(state: DraftState): string {
  return DRAFT_TEXTS[state]
}

/** Values, draft, date and the server's answer of one form. */
export function useActForm({ formKey, fields, starting, stored, draft, submit }: Given) {
  const { today } = useSession()
  const restored = isObject(stored?.['contents']) ? stored['contents'] : null
  const [values, setValues] = useState<JsonObject>(() => restored ?? starting)
  const [actDate, setActDate] = useState<string | null>(null)
  const [touched, setTouched] = useState(false)
  const { setState, save } = draft
  useEffect(() => {
    if (restored !== null) setState('restored')
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only when the form opens
  }, [])
  useEffect(() => {
    if (touched) save({ contents: values })
  }, [touched, values, save])

  const { error, busy, refused, showHints, send, forget } = useSending(fields, formKey, async () => {
    await submit({ contents: givenContents(fields, values), ...(actDate === null || actDate === today ? {} : { act_date: actDate }) })
    await draft.discard()
  })
  const set = useCallback((path: Path, value: Json | undefined) => {
    setTouched(true)
    setValues((before) => withValueAt(before, path, value))
  }, [])
  const textHash = fields.find(({ text_hash }) => text_hash !== null)?.text_hash ?? null
  const shared = useMemo<FormShared>(() => ({ set, idPrefix: formKey, refused, showHints, textHash, Field: ContentField }), [set, formKey, refused, showHints, textHash])
  const startOver = (): void => {
    setTouched(false)
    setValues(starting)
    forget()
    void draft.discard()
  }
  return { values, actDate, setActDate, error, busy, send, shared, startOver }
}

function useSending(fields: FormField[], formKey: string, act: () => Promise<void>) {
  const [error, setError] = useState<unknown>(null)
  const [refused, setRefused] = useState<FormShared['refused']>(null)
  const [showHints, setShowHints] = useState(false)
  const [busy, setBusy] = useState(false)
  const send = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    setRefused(null)
    try {
      await act()
    } catch (failure) {
      setError(failure)
      setShowHints(true)
      const path = failure instanceof ApiProblem ? refusedPlace(fields, failure.problem) : null
      if (path !== null && failure instanceof ApiProblem) setRefused({ path, message: failure.problem.detail })
      showPlace(path === null ? null : elementId(formKey, path))
    } finally {
      setBusy(false)
    }
  }
  const forget = (): void => {
    setError(null)
    setRefused(null)
    setShowHints(false)
  }
  return { error, busy, refused, showHints, send, forget }
}

/** After the answer is drawn: to the refused field, else to the alert that says why. */
function showPlace(id: string | null): void {
  requestAnimationFrame(() => {
    const place = (id === null ? null : document.getElementById(id)) ?? document.querySelector('.act-form [role="alert"]')
    place?.scrollIntoView({ block: 'center' })
    if (place instanceof HTMLElement) place.focus({ preventScroll: true })
  })
}
