import { gravest, type CheckLayer, type Finding, type Verdict } from '#core/disclosure-control/finding.ts'

/** The layers under which the checks are known to reviewers; each is in every report, and one that does not apply says why. */
export const layerIds = ['G0', 'G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G9'] as const
export type LayerId = (typeof layerIds)[number]

export interface LayerVerdict {
  readonly id: LayerId
  readonly title: string
  /** null where the layer does not apply. */
  readonly verdict: Verdict | null
  /** What the layer looks at, or why it does not apply. */
  readonly says: string
  /** Codes of its findings, in order; the findings themselves stand under the three headings. */
  readonly findings: readonly string[]
}

interface LayerText {
  readonly title: string
  readonly checks: CheckLayer | null
  readonly looksAt: string
  /** Said where the layer left no finding. */
  readonly absent: string
}

const LAYERS: Readonly<Record<LayerId, LayerText>> = {
  G0: { title: '授权范围与用途', checks: 'scope', looksAt: '语句只能读取授权的表和字段，只能使用白名单内的函数；逐条输出原始记录的不得出域。', absent: '未作检查。' },
  G1: { title: '输出形式', checks: 'typed-output', looksAt: '结果由平台按类型重新编码，不接受使用方写出的文件；过长的值、过多的字段不得出域。', absent: '未作检查。' },
  G2: { title: '个人和企业标识', checks: 'personal-identifiers', looksAt: '逐列识别居民身份证号、统一社会信用代码、手机号、银行卡号、号牌。', absent: '未作检查。' },
  G3: { title: '与源数据罕见取值比对', checks: 'value-containment', looksAt: '把结果与源数据中罕见取值的原值、倒序、摘要、编码比对。', absent: '未作检查。' },
  G4: { title: '数值分布形态比对', checks: 'numeric-shape', looksAt: '以结果中取值众多的数值列的 99 个分位数，与源数据各数值字段的分位数比对；缩放、平移、取负或者加少量噪声均不改变分布的形状。', absent: '不适用：结果中没有取值足够多的数值列，或者所用字段中没有取值足够多的数值字段。' },
  G5: { title: '更换主体重新运行', checks: 're-execution', looksAt: '以相同输入重复运行；替换一半主体而总数不变时运行；只留一半主体时运行。由单个主体形成的内容会随其出现和消失，加密、编码均不能掩盖。', absent: '未作检查。' },
  G6: { title: '每个数值背后的主体数', checks: 'entity-minimum', looksAt: '核算每个数值涉及的主体数、占比和相减后的余量。', absent: '未作检查。' },
  G7: { title: '与此前出域结果相减', checks: 'release-ledger', looksAt: '与此前全部出域结果及本结果自身相减，差值只涉及少数主体的不得出域。', absent: '不适用：本次运行未对照出域台账。' },
  G8: { title: '模型参数', checks: null, looksAt: '', absent: '不适用：本次作业只输出查询结果，不输出模型或者参数。' },
  G9: { title: '差分隐私', checks: 'noisy-statistics', looksAt: '每个数值加随机噪声，一个主体的影响有上限；所用的隐私预算在答复之前记账，用完即止。', absent: '不适用：本次作业不是加噪统计查询，不耗用隐私预算；加噪统计由专门的查询入口提供并记账。' },
}

/** The verdict of each layer on the findings of a report, in the order of the layers. */
export function layersOf(findings: readonly Finding[]): readonly LayerVerdict[] {
  return layerIds.map((id): LayerVerdict => {
    const { title, checks, looksAt, absent } = LAYERS[id]
    const own = checks === null ? [] : findings.filter((finding) => finding.layer === checks)
    if (own.length === 0) return { id, title, verdict: null, says: absent, findings: [] }
    return { id, title, verdict: gravest(own.map((finding) => finding.verdict)), says: looksAt, findings: own.map((finding) => finding.code) }
  })
}
