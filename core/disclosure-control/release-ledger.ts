import type { Finding } from '#core/disclosure-control/finding.ts'
import type { LedgerComparison, NearSet } from '#core/disclosure-control/near-sets.ts'

/** The finding about the new result against itself and all that was released before. */
export function checkReleaseLedger({ near: found, compared, shown = 0, incomparable = [], setAside = [] }: LedgerComparison, minimum: number): readonly Finding[] {
  const common = { layer: 'release-ledger', heading: 'other-risk' } as const
  const findings: Finding[] = []
  if (incomparable.length > 0) {
    const releases = incomparable.join('、')
    findings.push({ ...common, code: 'earlier-not-comparable', verdict: 'block', evidence: { releases, count: incomparable.length }, message: `此前出域的结果（${releases}）是以另一版本的计算引擎记入出域台账的，无法与本结果相减比对。`, cure: '请联系平台管理员：用 gongshu marks 命令由原输入重新得出这些结果的比对标记，或者恢复原版本的引擎，然后重新提交。' })
  }
  if (setAside.length > 0) {
    const releases = setAside.join('、')
    findings.push({ ...common, code: 'earlier-set-aside', verdict: 'review', evidence: { releases, count: setAside.length }, message: `此前出域的结果（${releases}）的比对标记不能重新得出，经主管机关决定不再比对；本结果未与之相减比对。`, cure: '请审查人对照这些结果，判断与本结果相减是否会得出少数主体的数值。' })
  }
  const near = found.filter((one) => one.shown !== true)
  const fromShown = found.filter((one) => one.shown === true)
  if (fromShown.length > 0) {
    const results = namesOf(fromShown)
    findings.push({ ...common, code: 'differs-from-shown-by-few', verdict: 'review', evidence: { results, pairs: fromShown.length }, message: `本结果与贵单位此前查看过而未出域的结果（${results}）所涉主体只相差极少数几个，两次相减即可得出这些主体的数值。`, cure: '请审查人判断两次统计相差的范围是否正常；沿用此前的统计口径，或使两次统计的范围相差足够多的主体。' })
  }
  if (near.length === 0 && findings.length === 0) {
    return [{ ...common, code: 'no-difference-by-few', verdict: 'pass', evidence: { releases: compared, ...(shown === 0 ? {} : { shown }) }, message: `与此前 ${compared} 次出域结果${shown === 0 ? '' : `、本单位查看过而未出域的 ${shown} 项结果`}及本结果自身逐一相减，未得出只涉及少数主体的差值。`, cure: '' }]
  }
  const others = near.filter((one) => one.otherCounts === true)
  const blocking = near.filter((one) => one.otherCounts !== true)
  if (others.length > 0) {
    findings.push({ ...common, code: 'counts-of-others-differ-by-few', verdict: 'review', evidence: { releases: namesOf(others), pairs: others.length, minimum }, message: `有 ${others.length} 对数值所涉主体只相差不足 ${minimum} 个，但一个是主体的个数，另一个是这些主体的其他计数（例如企业的职工人数），一般不能相减；请审查人判断是否逐一对应。`, cure: '两个数值逐一对应（例如每个企业恰有一名法定代表人）的，请使两者的范围一致。' })
  }
  const combined = blocking.filter((one) => one.combined !== undefined)
  if (combined.length > 0) {
    const releases = [...new Set(combined.flatMap((one) => one.combined ?? []))].join('、')
    findings.push({ ...common, code: 'combination-leaves-few', verdict: 'block', evidence: { releases, combinations: combined.length, minimum }, message: `本结果的数值与${releases === '' ? '本结果的其他数值' : `此前出域的结果（${releases}）中的数值`}经多次相加减，所余主体不足 ${minimum} 个，可据以得出这些主体的数值。`, cure: '请沿用此前的统计口径，或使各次统计的范围相差足够多的主体。' })
  }
  const inside = blocking.filter((one) => one.release === null && one.combined === undefined)
  if (inside.length > 0) {
    findings.push({ ...common, code: 'figures-subtract-to-few', verdict: 'block', evidence: { pairs: inside.length, minimum }, message: `本结果中有 ${inside.length} 对数值（例如合计与所列各组之和）所涉主体只相差不足 ${minimum} 个，相减即可得出被略去的少数主体的数值。`, cure: '请去掉合计，或把被略去的小组并入其他组一并列出。' })
  }
  const byEntities = blocking.filter((one) => one.release !== null && !one.rowsOnly)
  if (byEntities.length > 0) {
    const releases = namesOf(byEntities)
    findings.push({ ...common, code: 'differs-from-earlier-by-few', verdict: 'block', evidence: { releases, pairs: byEntities.length, minimum }, message: `本结果与此前出域的结果（${releases}）所涉主体只相差不足 ${minimum} 个，两次相减即可得出这些主体的数值。`, cure: '请沿用此前的统计口径，或使两次统计的范围相差足够多的主体。' })
  }
  const byRows = blocking.filter((one) => one.release !== null && one.rowsOnly)
  if (byRows.length > 0 && byEntities.length === 0) {
    const releases = namesOf(byRows)
    findings.push({ ...common, code: 'differs-from-earlier-by-few-rows', verdict: 'block', evidence: { releases, pairs: byRows.length, minimum }, message: `本结果与此前出域的结果（${releases}）涉及同样的主体，但其中只有不足 ${minimum} 个主体的记录不同（例如多次就诊中的一次），两次相减即可得出这些记录的数值。`, cure: '请沿用此前的统计口径，或使两次统计的范围相差足够多的主体。' })
  }
  return findings
}

function namesOf(near: readonly NearSet[]): string {
  return [...new Set(near.flatMap((one) => (one.release === null ? [] : [one.release])))].join('、')
}
