import type { TaskScope } from '#apps/api/wire/task.ts'

/** Every URL of the console in one place: `pages` are ours, `api` are the server's. */

export const pages = {
  home: '/',
  login: '/login',
  tasks: (scope: TaskScope) => `/tasks/${scope}`,
  cases: '/cases',
  case: (id: string) => `/cases/${encodeURIComponent(id)}`,
  opening: '/open',
  openForm: (pack: string, procedure: string) => `/open/${encodeURIComponent(pack)}/${encodeURIComponent(procedure)}`,
  rules: '/rules',
  provision: (pack: string, provision: string) => `/rules/${encodeURIComponent(pack)}/${encodeURIComponent(provision)}`,
  pack: (pack: string, tab?: string) => withQuery(`/rules/${encodeURIComponent(pack)}`, { tab }),
  delegations: '/delegations',
  preview: '/preview',
  previewForm: (pack: string, procedure: string) => `/preview/${encodeURIComponent(pack)}/${encodeURIComponent(procedure)}`,
  registers: '/registers',
  environment: '/environment',
  environmentFrom: (job: string) => withQuery('/environment', { job }),
  job: (id: string) => `/environment/jobs/${encodeURIComponent(id)}`,
  products: '/products',
  product: (id: string) => `/products/${encodeURIComponent(id)}`,
  subscriptions: '/subscriptions',
  notices: '/notices',
  evidence: '/evidence',
  persons: '/persons',
  system: '/system',
  audit: '/audit',
  password: '/password',
  entry: (id: string) => `/evidence/${encodeURIComponent(id)}`,
} as const

export const api = {
  demonstration: '/api/demonstration',
  session: '/api/session',
  password: '/api/session/password',
  accounts: (query: Query) => withQuery('/api/administration/persons', query),
  addAccount: '/api/administration/persons',
  grantable: '/api/administration/offices',
  accountOffices: (id: string) => `/api/administration/persons/${encodeURIComponent(id)}/offices`,
  accountActive: (id: string) => `/api/administration/persons/${encodeURIComponent(id)}/active`,
  accountPassword: (id: string) => `/api/administration/persons/${encodeURIComponent(id)}/password`,
  system: '/api/administration/system',
  retry: (message: string) => `/api/administration/outbox/${encodeURIComponent(message)}/retry`,
  evidenceSearch: (query: Query) => withQuery('/api/administration/evidence', query),
  advance: '/api/clock/advance',
  tasks: (query: Query) => withQuery('/api/tasks', query),
  notices: (query: Query) => withQuery('/api/notices', query),
  received: (notice: string) => `/api/notices/${encodeURIComponent(notice)}/receipt`,
  cases: (query: Query) => withQuery('/api/cases', query),
  open: '/api/cases',
  openable: (query: Query) => withQuery('/api/openable', query),
  case: (id: string, query: Query = {}) => withQuery(`/api/cases/${encodeURIComponent(id)}`, query),
  documents: (id: string) => `/api/cases/${encodeURIComponent(id)}/documents`,
  documentFile: (id: string, format: string) => `/api/documents/${encodeURIComponent(id)}/${format}`,
  denials: (id: string) => `/api/cases/${encodeURIComponent(id)}/denials`,
  commands: (id: string) => `/api/cases/${encodeURIComponent(id)}/commands`,
  delegations: '/api/delegations',
  endDelegation: (id: string) => `/api/delegations/${encodeURIComponent(id)}/end`,
  draft: (key: string) => `/api/drafts/${encodeURIComponent(key)}`,
  files: '/api/files',
  file: (sha256: string, caseId: string | null) => withQuery(`/api/files/${encodeURIComponent(sha256)}`, { case: caseId ?? undefined }),
  organizations: '/api/organizations',
  persons: '/api/persons',
  registers: '/api/registers',
  register: (register: string, query: Query) => withQuery(`/api/registers/${encodeURIComponent(register)}`, query),
  packs: '/api/packs',
  provision: (pack: string, provision: string) => `/api/packs/${encodeURIComponent(pack)}/provisions/${encodeURIComponent(provision)}`,
  pack: (pack: string) => `/api/packs/${encodeURIComponent(pack)}`,
  environment: '/api/environment',
  jobs: (query: Query) => withQuery('/api/environment/jobs', query),
  job: (id: string) => `/api/environment/jobs/${encodeURIComponent(id)}`,
  cancelJob: (id: string) => `/api/environment/jobs/${encodeURIComponent(id)}/cancel`,
  products: '/api/products',
  product: (id: string) => `/api/products/${encodeURIComponent(id)}`,
  subscriptions: '/api/subscriptions',
  subscriptionKey: (id: string) => `/api/subscriptions/${encodeURIComponent(id)}/key`,
  entry: (id: string) => `/api/evidence/entries/${encodeURIComponent(id)}`,
  bundle: '/api/evidence/bundle',
  serviceQuery: (product: string) => `/gateway/v1/products/${encodeURIComponent(product)}/query`,
  serviceVerify: (product: string) => `/gateway/v1/products/${encodeURIComponent(product)}/verify`,
} as const

export type Query = Record<string, string | number | undefined>

/** Appends what is set; empty texts count as not set, as an emptied search box does. */
export function withQuery(path: string, query: Query): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}
