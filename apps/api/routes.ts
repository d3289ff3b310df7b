import type { RouteFile } from './app.ts'
import { auditRoutes } from './routes/audit.ts'
import { caseRoutes } from './routes/cases.ts'
import { clockRoutes } from './routes/clock.ts'
import { contractRoutes } from './routes/contract.ts'
import { dataReportRoutes } from './routes/data-reports.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { documentRoutes } from './routes/documents.ts'
import { draftRoutes } from './routes/drafts.ts'
import { environmentRoutes } from './routes/environment.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { fileRoutes } from './routes/files.ts'
import { gatewayRoutes } from './routes/gateway.ts'
import { delegationRoutes } from './routes/delegations.ts'
import { heldBackTriesRoutes } from './routes/held-back-tries.ts'
import { noisyStatisticRoutes } from './routes/noisy-statistics.ts'
import { organizationRoutes } from './routes/organizations.ts'
import { personRoutes } from './routes/persons.ts'
import { privacyBudgetRoutes } from './routes/privacy-budgets.ts'
import { productRoutes } from './routes/products.ts'
import { protectionRoutes } from './routes/protection.ts'
import { protectionWritingRoutes } from './routes/protection-writing.ts'
import { providerThresholdRoutes } from './routes/provider-thresholds.ts'
import { publicRoutes } from './routes/public.ts'
import { releaseRoutes } from './routes/releases.ts'
import { registerRoutes } from './routes/registers.ts'
import { retentionRoutes } from './routes/retention.ts'
import { ruleRoutes } from './routes/rules.ts'
import { personAdministrationRoutes } from './routes/person-administration.ts'
import { scheduleRoutes } from './routes/schedules.ts'
import { sessionRoutes } from './routes/session.ts'
import { sourceRoutes } from './routes/sources.ts'
import { systemRoutes } from './routes/system.ts'
import { taskRoutes } from './routes/tasks.ts'
import { workspaceRoutes } from './routes/workspace.ts'

/**
 * Every file of routes. To add one: write `routes/<name>.ts` with a `RouteFile`, add its permissions to
 * `permissions.ts`, name it here, and renew `docs/permissions.md` (`npx vitest run tests/security/api-routes.test.ts -u`).
 */
export const ROUTE_FILES: readonly RouteFile[] = [
  sessionRoutes,
  taskRoutes,
  caseRoutes,
  fileRoutes,
  documentRoutes,
  draftRoutes,
  ruleRoutes,
  retentionRoutes,
  registerRoutes,
  organizationRoutes,
  personRoutes,
  delegationRoutes,
  evidenceRoutes,
  environmentRoutes,
  heldBackTriesRoutes,
  releaseRoutes,
  workspaceRoutes,
  scheduleRoutes,
  deliveryRoutes,
  sourceRoutes,
  dataReportRoutes,
  protectionRoutes,
  providerThresholdRoutes,
  protectionWritingRoutes,
  privacyBudgetRoutes,
  noisyStatisticRoutes,
  productRoutes,
  gatewayRoutes,
  personAdministrationRoutes,
  systemRoutes,
  auditRoutes,
  clockRoutes,
  publicRoutes,
  contractRoutes,
]
