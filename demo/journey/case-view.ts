/** What the story reads of the views in the API's contract. */
export type BasisView = { kind: string; label: string | null; provision: string | null }
export type OutcomeView = { id: string; title: string; basis: BasisView; enabled: boolean; disabled_reason: { code: string } | null }
export type TaskView = {
  id: string
  step: string
  title: string
  office: { id: string; title: string }
  organization: { id: string; name: string }
  branch: { collection: string; key: string; title: string }[]
  opened_on: string
  due: { date: string | null; provisional: boolean } | null
  basis: BasisView
  outcomes: OutcomeView[]
}
export type CaseView = {
  id: string
  number: string
  title: string
  seq: number
  status: { id: string; title: string }
  over: boolean
  contents: { key: string; branch: { key: string }[]; hash: string; value: unknown }[]
  tasks: TaskView[]
  timeline: { seq: number; type: string; title: string; text: string; entry: string; date: string; basis: BasisView | null }[]
}
export type Accepted = { case_id: string; number: string; seq: number; status: string; entries: string[] }

/** A case of the story, and who may look at it. */
export type CaseHandle = { id: string; number: string; procedure: string }

const KINDS: Readonly<Record<string, string>> = { 'platform-default': '平台默认', interpretation: '解释', order: '依命令', agreement: '依协议' }

/** On what something rests, short: the place in the text, else the kind of basis. */
export function basisText(basis: BasisView | null | undefined): string {
  if (!basis) return '—'
  return basis.label ?? basis.provision ?? KINDS[basis.kind] ?? basis.kind
}

/** The open task of a step; `step@key` names the one whose branch has that key (`step@market-bureau/enterprise-power`). */
export function taskIn(view: CaseView, named: string): TaskView | undefined {
  const [step, branch] = named.split('@')
  const keys = branch?.split('/') ?? []
  return view.tasks.find((task) => task.step === step && keys.every((key) => task.branch.some((one) => one.key === key)))
}

/** The due date as the story shows it. */
export function dueText(due: TaskView['due'] | undefined): string {
  if (!due?.date) return '—'
  return due.provisional ? `${due.date}（暂定）` : due.date
}
