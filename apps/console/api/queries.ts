import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { AccountPage, EvidencePage, GrantableList, SystemView } from '#apps/api/wire/administration.ts'
import type { CasePage, CaseView, DenialList, OpenableView } from '#apps/api/wire/case.ts'
import type { DelegationList } from '#apps/api/wire/delegations.ts'
import type { DataReport, DeliveryRow, DeliveryView, HostList, OpeningView, SourceView } from '#apps/api/wire/deliveries.ts'
import type { DocumentList } from '#apps/api/wire/document.ts'
import type { EnvironmentView, JobRow, JobView } from '#apps/api/wire/environment.ts'
import type { NoisyStatistics } from '#apps/api/wire/noisy-statistics.ts'
import type { ProtectedEntry, ProtectionRuleList } from '#apps/api/wire/protection.ts'
import type { PrivacyBudgetView } from '#apps/api/wire/privacy-budgets.ts'
import type { TriesView } from '#apps/api/wire/held-back-tries.ts'
import type { ThresholdsView } from '#apps/api/wire/provider-thresholds.ts'
import type { ReleaseView } from '#apps/api/wire/release.ts'
import type { PersonList } from '#apps/api/wire/persons.ts'
import type { EntryView, OrganizationList, PackRow, PackView, RegisterList, RegisterPage } from '#apps/api/wire/rules.ts'
import type { RetentionList } from '#apps/api/wire/retention.ts'
import type { ProvisionView } from '#apps/api/wire/provision.ts'
import type { ProductView, SubscriptionView } from '#apps/api/wire/service.ts'
import type { DemonstrationAccounts, SessionView } from '#apps/api/wire/session.ts'
import type { NoticePage, TaskPage } from '#apps/api/wire/task.ts'
import type { z } from 'zod'
import { api } from '#apps/console/paths.ts'
import type { Query } from '#apps/console/paths.ts'
import { ApiProblem, request } from './request.ts'

const UNAUTHORIZED = 401 // HTTP: nobody is signed in

const DRAWING_MS = 1_500
const SESSION_MS = 60_000 // a date on the screen may be a minute old, no more

/** Who is signed in; null where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<SessionView | null> => {
    try {
      return await request<SessionView>(api.session)
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.status === UNAUTHORIZED) return null
      throw error
    }
  },
  staleTime: SESSION_MS,
  // The city's date moves on at midnight, or when somebody advances it; so does who is signed in, in another window.
  refetchInterval: SESSION_MS,
  refetchOnWindowFocus: true,
})

export const demonstrationQuery = queryOptions({
  queryKey: ['demonstration'],
  queryFn: () => request<DemonstrationAccounts>(api.demonstration),
  staleTime: Infinity,
})

function paged<P extends { next: string | null }>(key: unknown[], url: (cursor: string | undefined) => string) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => request<P>(url(pageParam)),
    initialPageParam: undefined as string | undefined, // The first page has no cursor; the type cannot be told otherwise.
    getNextPageParam: (last: P) => last.next ?? undefined,
  })
}

export const tasksQuery = (query: Query) => paged<TaskPage>(['tasks', query], (cursor) => api.tasks({ ...query, cursor }))
export const noticesQuery = paged<z.infer<typeof NoticePage>>(['notices'], (cursor) => api.notices({ cursor }))
export const casesQuery = (query: Query) => paged<CasePage>(['cases', query], (cursor) => api.cases({ ...query, cursor }))
/** A case as oneself sees it, or in the name under which one acts. */
export const caseQuery = (id: string, actingFor: string | null = null) =>
  queryOptions({ queryKey: actingFor === null ? ['case', id] : ['case', id, { actingFor }], queryFn: () => request<CaseView>(api.case(id, { acting_for: actingFor ?? undefined })) })
export const documentsQuery = (id: string, seq: number) => queryOptions({
  queryKey: ['case', id, 'documents', seq],
  queryFn: async () => (await request<DocumentList>(api.documents(id))).rows,
  // A document's files follow its act by a moment.
  refetchInterval: ({ state }) => (state.data?.some((one) => one.files.length === 0) === true ? DRAWING_MS : false),
})
export const denialsQuery = (id: string) => queryOptions({ queryKey: ['case', id, 'denials'], queryFn: async () => (await request<DenialList>(api.denials(id))).rows })
export const openableQuery = (actingFor: string | null = null, preview = false) => queryOptions({
  queryKey: ['openable', { actingFor, preview }],
  queryFn: async () => (await request<{ rows: OpenableView[] }>(api.openable({ acting_for: actingFor ?? undefined, preview: preview ? 'true' : undefined }))).rows,
})
export const retentionQuery = queryOptions({ queryKey: ['retention'], queryFn: async () => (await request<RetentionList>(api.retention)).rows })
export const delegationsQuery = queryOptions({ queryKey: ['delegations'], queryFn: async () => (await request<DelegationList>(api.delegations)).rows })

const KEPT_MS = 300_000 // lists that change seldom within one sitting are asked for every five minutes

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: async () => (await request<z.infer<typeof OrganizationList>>(api.organizations)).rows,
  staleTime: KEPT_MS,
})
export const personsQuery = queryOptions({
  queryKey: ['persons'],
  queryFn: async () => (await request<z.infer<typeof PersonList>>(api.persons)).rows,
  staleTime: KEPT_MS,
})
export const registersQuery = queryOptions({
  queryKey: ['registers'],
  queryFn: async () => (await request<z.infer<typeof RegisterList>>(api.registers)).rows,
})
const CHOICES = 200 // the most rows of one page that the server gives
export const registerQuery = (register: string) =>
  queryOptions({
    queryKey: ['register', register],
    queryFn: () => request<z.infer<typeof RegisterPage>>(api.register(register, { limit: CHOICES })),
  })
export const packsQuery = queryOptions({
  queryKey: ['packs'],
  queryFn: async () => (await request<{ rows: z.infer<typeof PackRow>[] }>(api.packs)).rows,
  staleTime: KEPT_MS,
})
export const packQuery = (pack: string) =>
  queryOptions({ queryKey: ['pack', pack], queryFn: () => request<PackView>(api.pack(pack)), staleTime: KEPT_MS })
export const provisionQuery = (pack: string, provision: string) => queryOptions({ queryKey: ['provision', pack, provision], queryFn: () => request<ProvisionView>(api.provision(pack, provision)) })
export const protectedEntriesQuery = queryOptions({ queryKey: ['protection', 'entries'], queryFn: () => request<{ rows: ProtectedEntry[] }>(api.protectedEntries) })
export const thresholdsQuery = (entry: string) => queryOptions({ queryKey: ['thresholds', entry], queryFn: () => request<ThresholdsView>(api.thresholds({ entry })) })
export const privacyBudgetQuery = (entry: string) => queryOptions({ queryKey: ['privacy-budget', entry], queryFn: () => request<PrivacyBudgetView>(api.privacyBudget({ entry })) })
export const ruleVersionsQuery = (entry: string) => queryOptions({ queryKey: ['protection', 'rules', entry], queryFn: () => request<ProtectionRuleList>(api.rulesOfEntry({ entry })) })
export const noisyStatisticsQuery = (agreement: string, scenario: string) => queryOptions({ queryKey: ['noisy-statistics', agreement, scenario], queryFn: () => request<NoisyStatistics>(api.noisyStatistics({ agreement, scenario })) })
export const heldBackTriesQuery = queryOptions({ queryKey: ['held-back-tries'], queryFn: () => request<TriesView>(api.heldBackTries) })
export const environmentQuery = queryOptions({ queryKey: ['environment'], queryFn: () => request<EnvironmentView>(api.environment) })
export const jobsQuery = paged<{ rows: JobRow[]; next: string | null }>(['jobs'], (cursor) => api.jobs({ cursor }))
const UNDER_WAY_MS = 1_000 // a job that waits or runs is looked at each second
export const jobQuery = (id: string) => queryOptions({
  queryKey: ['job', id],
  queryFn: () => request<JobView>(api.job(id)),
  refetchInterval: ({ state }) => (['queued', 'running', 'cancelling'].includes(state.data?.status ?? '') ? UNDER_WAY_MS : false),
})
export const releaseQuery = (id: string) => queryOptions({ queryKey: ['release', id], queryFn: () => request<ReleaseView>(api.release(id)) })
export const productsQuery = queryOptions({
  queryKey: ['products'],
  queryFn: async () => (await request<{ rows: ProductView[] }>(api.products)).rows,
})
export const productQuery = (id: string) => queryOptions({ queryKey: ['product', id], queryFn: () => request<ProductView>(api.product(id)) })
export const subscriptionsQuery = queryOptions({
  queryKey: ['subscriptions'],
  queryFn: async () => (await request<{ rows: SubscriptionView[] }>(api.subscriptions)).rows,
})
export const entryQuery = (id: string) =>
  queryOptions({ queryKey: ['entry', id], queryFn: () => request<z.infer<typeof EntryView>>(api.entry(id)) })

export const accountsQuery = (query: Query) => paged<z.infer<typeof AccountPage>>(['accounts', query], (cursor) => api.accounts({ ...query, cursor }))
export const grantableQuery = queryOptions({
  queryKey: ['grantable'],
  queryFn: async () => (await request<z.infer<typeof GrantableList>>(api.grantable)).rows,
})
export const systemQuery = queryOptions({ queryKey: ['system'], queryFn: () => request<SystemView>(api.system) })
export const evidenceQuery = (query: Query) => paged<EvidencePage>(['evidence', query], (cursor) => api.evidenceSearch({ ...query, cursor }))

/** Where this organisation may provide data now; in one case, or in all. */
export const openingsQuery = (caseId?: string) => queryOptions({
  queryKey: ['openings', caseId ?? null],
  queryFn: async () => (await request<{ rows: OpeningView[] }>(api.openings({ case: caseId }))).rows,
})
export const deliveriesQuery = paged<{ rows: DeliveryRow[]; next: string | null }>(['deliveries'], (cursor) => api.deliveries({ cursor }))
const WORKED_ON = ['receiving', 'received', 'looking', 'taking-in']
export const deliveryQuery = (id: string) => queryOptions({
  queryKey: ['delivery', id],
  queryFn: () => request<DeliveryView>(api.delivery(id)),
  refetchInterval: ({ state }) => (WORKED_ON.includes(state.data?.state ?? '') ? UNDER_WAY_MS : false),
})
export const sourcesQuery = queryOptions({ queryKey: ['sources'], queryFn: async () => (await request<{ rows: SourceView[] }>(api.sources)).rows })
export const sourceHostsQuery = queryOptions({ queryKey: ['source-hosts'], queryFn: async () => (await request<HostList>(api.sourceHosts)).rows })
export const dataReportQuery = (version: string) => queryOptions({ queryKey: ['data-report', version], queryFn: () => request<DataReport>(api.dataReport(version)) })
