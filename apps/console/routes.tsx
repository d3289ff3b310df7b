import { Outlet, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { queryClient } from './api/query-client.ts'
import { sessionQuery } from './api/queries.ts'
import { Failure, NotFound } from './layout/failure.tsx'
import { pages, withQuery } from './paths.ts'
import { firstPageOf } from './session/use-session.ts'

/** The whole site on one page. Each page is a chunk of its own, loaded when it is first opened. */

/** Reads the named search parameters as texts; others are dropped. */
function search<const K extends string>(...names: K[]) {
  return (given: Record<string, unknown>): { [name in K]?: string } => {
    const kept = names.filter((name) => given[name] !== undefined && given[name] !== '')
    return Object.fromEntries(kept.map((name) => [name, String(given[name])])) as { [name in K]?: string } // Object.fromEntries forgets its keys.
  }
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: ({ error, reset }) => <Failure error={error} retry={reset} /> })

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: search('next'),
  component: lazyRouteComponent(() => import('./pages/login.page.tsx'), 'LoginPage'),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ to: '/login', search: { next: location.href } })
    if (session.must_change_password && location.pathname !== pages.password) throw redirect({ href: pages.password })
  },
  component: lazyRouteComponent(() => import('./layout/signed-in-layout.tsx'), 'SignedInLayout'),
})

async function firstPage(): Promise<string> {
  const session = await queryClient.ensureQueryData(sessionQuery)
  return session === null ? pages.login : firstPageOf(session)
}

const under = () => signedIn
const tree = root.addChildren([
  login,
  signedIn.addChildren([
    createRoute({ getParentRoute: under, path: '/', beforeLoad: async () => { throw redirect({ href: await firstPage() }) } }),
    createRoute({ getParentRoute: under, path: '/tasks/$scope', validateSearch: search('q', 'procedure', 'due_before'), component: lazyRouteComponent(() => import('./pages/tasks.page.tsx'), 'TasksPage') }),
    createRoute({ getParentRoute: under, path: '/cases', validateSearch: search('q', 'procedure', 'status', 'over'), component: lazyRouteComponent(() => import('./pages/cases.page.tsx'), 'CasesPage') }),
    createRoute({ getParentRoute: under, path: '/cases/$caseId', component: lazyRouteComponent(() => import('./pages/case.page.tsx'), 'CasePage') }),
    createRoute({ getParentRoute: under, path: '/open', component: lazyRouteComponent(() => import('./pages/opening.page.tsx'), 'OpeningPage') }),
    createRoute({ getParentRoute: under, path: '/open/$pack/$procedure', validateSearch: search('job', 'agreement', 'product'), component: lazyRouteComponent(() => import('./pages/open-form.page.tsx'), 'OpenFormPage') }),
    createRoute({ getParentRoute: under, path: '/retention', component: lazyRouteComponent(() => import('./pages/retention.page.tsx'), 'RetentionPage') }),
    createRoute({ getParentRoute: under, path: '/delegations', component: lazyRouteComponent(() => import('./pages/delegations.page.tsx'), 'DelegationsPage') }),
    createRoute({ getParentRoute: under, path: '/preview', component: lazyRouteComponent(() => import('./pages/preview.page.tsx'), 'PreviewPage') }),
    createRoute({ getParentRoute: under, path: '/preview/$pack/$procedure', component: lazyRouteComponent(() => import('./pages/open-form.page.tsx'), 'PreviewFormPage') }),
    createRoute({ getParentRoute: under, path: '/rules', component: lazyRouteComponent(() => import('./pages/rules.page.tsx'), 'RulesPage') }),
    createRoute({ getParentRoute: under, path: '/rules/$pack', validateSearch: search('tab'), component: lazyRouteComponent(() => import('./pages/pack.page.tsx'), 'PackPage') }),
    createRoute({ getParentRoute: under, path: '/rules/$pack/$provision', component: lazyRouteComponent(() => import('./pages/provision.page.tsx'), 'ProvisionPage') }),
    createRoute({ getParentRoute: under, path: '/registers', validateSearch: search('register'), component: lazyRouteComponent(() => import('./pages/registers.page.tsx'), 'RegistersPage') }),
    createRoute({ getParentRoute: under, path: '/protection', component: lazyRouteComponent(() => import('./pages/protection.page.tsx'), 'ProtectionPage') }),
    createRoute({ getParentRoute: under, path: '/protection/$entry', component: lazyRouteComponent(() => import('./pages/protection-entry.page.tsx'), 'ProtectionEntryPage') }),
    createRoute({ getParentRoute: under, path: '/protection/$entry/thresholds', component: lazyRouteComponent(() => import('./pages/thresholds.page.tsx'), 'ThresholdsPage') }),
    createRoute({ getParentRoute: under, path: '/protection/$entry/budget', component: lazyRouteComponent(() => import('./pages/privacy-budget.page.tsx'), 'PrivacyBudgetPage') }),
    createRoute({ getParentRoute: under, path: '/environment', validateSearch: search('job', 'suggested'), component: lazyRouteComponent(() => import('./pages/environment.page.tsx'), 'EnvironmentPage') }),
    createRoute({ getParentRoute: under, path: '/environment/jobs/$jobId', component: lazyRouteComponent(() => import('./pages/job.page.tsx'), 'JobPage') }),
    createRoute({ getParentRoute: under, path: '/deliveries', validateSearch: search('task'), component: lazyRouteComponent(() => import('./pages/deliveries.page.tsx'), 'DeliveriesPage') }),
    createRoute({ getParentRoute: under, path: '/deliveries/$deliveryId', component: lazyRouteComponent(() => import('./pages/delivery.page.tsx'), 'DeliveryPage') }),
    createRoute({ getParentRoute: under, path: '/sources', component: lazyRouteComponent(() => import('./pages/sources.page.tsx'), 'SourcesPage') }),
    createRoute({ getParentRoute: under, path: '/data-versions/$versionId', component: lazyRouteComponent(() => import('./pages/data-report.page.tsx'), 'DataReportPage') }),
    createRoute({ getParentRoute: under, path: '/products', component: lazyRouteComponent(() => import('./pages/products.page.tsx'), 'ProductsPage') }),
    createRoute({ getParentRoute: under, path: '/products/$productId', component: lazyRouteComponent(() => import('./pages/product.page.tsx'), 'ProductPage') }),
    createRoute({ getParentRoute: under, path: '/subscriptions', component: lazyRouteComponent(() => import('./pages/subscriptions.page.tsx'), 'SubscriptionsPage') }),
    createRoute({ getParentRoute: under, path: '/notices', component: lazyRouteComponent(() => import('./pages/notices.page.tsx'), 'NoticesPage') }),
    createRoute({ getParentRoute: under, path: '/evidence', component: lazyRouteComponent(() => import('./pages/evidence.page.tsx'), 'EvidencePage') }),
    createRoute({ getParentRoute: under, path: '/persons', validateSearch: search('q', 'organization'), component: lazyRouteComponent(() => import('./pages/persons.page.tsx'), 'PersonsPage') }),
    createRoute({ getParentRoute: under, path: '/system', component: lazyRouteComponent(() => import('./pages/system.page.tsx'), 'SystemPage') }),
    createRoute({ getParentRoute: under, path: '/audit', validateSearch: search('object', 'actor', 'type', 'decision'), component: lazyRouteComponent(() => import('./pages/audit.page.tsx'), 'AuditPage') }),
    createRoute({ getParentRoute: under, path: '/password', component: lazyRouteComponent(() => import('./pages/password.page.tsx'), 'PasswordPage') }),
    createRoute({ getParentRoute: under, path: '/evidence/$entryId', component: lazyRouteComponent(() => import('./pages/entry.page.tsx'), 'EntryPage') }),
  ]),
])

export const router = createRouter({
  routeTree: tree,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (given) => withQuery('', given),
  defaultPreload: false,
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
  defaultNotFoundComponent: NotFound,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
