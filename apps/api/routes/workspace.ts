import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { parameterTypes } from '#core/boundary/statement-parameters.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import { explainStatement } from '#capabilities/operation/environment/explain-statement.job.ts'
import type { Explained } from '#capabilities/operation/environment/explain-statement.job.ts'
import type { RouteFile } from '../app.ts'
import { Refused } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { ExplainBody, ExplainView, LanguageView } from '../wire/workspace.ts'

/** What an editor offers beside names: the statement's own words. */
const KEYWORDS = [
  'SELECT', 'DISTINCT', 'FROM', 'WHERE', 'GROUP BY', 'HAVING', 'ORDER BY', 'LIMIT', 'OFFSET', 'WITH', 'AS', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN', 'ON', 'USING',
  'UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT', 'CASE', 'WHEN', 'THEN', 'ELSE', 'END', 'AND', 'OR', 'NOT', 'IN', 'EXISTS', 'BETWEEN', 'LIKE', 'IS NULL', 'IS NOT NULL', 'CAST', 'TRY_CAST',
  'FILTER', 'OVER', 'PARTITION BY', 'QUALIFY', 'ROLLUP', 'CUBE', 'GROUPING SETS', 'ASC', 'DESC', 'NULLS FIRST', 'NULLS LAST', 'DATE', 'TIMESTAMP', 'INTERVAL',
]

/** The SQL workspace: what an editor completes with, and what would become of a statement. */
export const workspaceRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment/language', {
    config: { permission: 'environment.read' },
    schema: { operationId: 'readLanguage', summary: '可用的关键字、函数和参数类型，供编辑时提示', response: { 200: LanguageView } },
    handler: () => ({
      keywords: KEYWORDS,
      functions: [...ALLOWED_FUNCTIONS].filter(([name]) => /^\w+$/.test(name)).map(([name, { kind, purpose }]) => ({ name, kind, purpose })),
      parameter_types: [...parameterTypes],
      statement_length: DEFAULT_STATEMENT_LIMITS.statementLength,
      literal_length: DEFAULT_STATEMENT_LIMITS.literalLength,
    }),
  })

  app.post('/api/environment/explain', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'explainStatement', summary: '不读取数据，说明语句能否运行、字段来源和执行计划', body: ExplainBody, response: { 200: ExplainView } },
    handler: async (request) => {
      const { parameters = {}, ...body } = request.body
      const answer = await explainStatement(parts.operation.jobs, { actor: personOf(request).actor, ...body, parameters })
      if (!answer.accepted) throw new Refused(answer.refusal, answer.refusal.code === 'agreement-must-exist' ? 404 : 403, await parts.operation.jobs.lawOfAgreement(body.agreement))
      return explainView(answer.explained)
    },
  })
}

function explainView(explained: Explained): ExplainView {
  if (explained.kind === 'refused') {
    const { code, message, cure } = explained.refusal
    return { allowed: false, refusal: { code, message, cure, line: explained.place?.line ?? null, column: explained.place?.column ?? null }, sql: null, tables: [], reads: [], outputs: [], plan: null, portable: null }
  }
  const { lineage, notPortable } = explained
  return {
    allowed: true, refusal: null, sql: explained.sql, tables: [...lineage.tables], reads: lineage.reads.map((read) => ({ ...read })),
    outputs: lineage.outputs.map(({ name, sources }) => ({ name, sources: sources.map((source) => ({ ...source })) })), plan: explained.plan,
    portable: { yes: notPortable === null, reason: notPortable === null ? null : { code: notPortable.code, message: notPortable.message, cure: notPortable.cure } },
  }
}
