import type { JsonObject } from '#core/json.ts'

/** Who operates in a story, by login: two persons of one operator, and the competitor that loses the tender. */
export type Cast = { operator: { id: string; name: string; clerk: string; analyst: string }; rival: { id: string; name: string } }

const RIVER = { id: 'river-data-group', name: '蓉江数据集团有限公司', clerk: 'yy-zhou', analyst: 'yy-wu' }
const SOURCE = { id: 'source-intelligence', name: '江源数智科技有限公司', clerk: 'jy-zheng', analyst: 'jy-xie' }

/** The stories of a city take turns between its two operators. */
export function castOf(story: number): Cast {
  const [operator, rival] = story % 2 === 1 ? [RIVER, SOURCE] : [SOURCE, RIVER]
  return { operator, rival }
}

const TEN = 10
const NUMERALS = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九']

/** 一 to 九十九, as titles count their parts. */
export function chineseNumber(value: number): string {
  const [tens, ones] = [Math.floor(value / TEN), value % TEN]
  return `${tens === 0 ? '' : `${tens === 1 ? '' : (NUMERALS[tens] ?? '')}十`}${NUMERALS[ones] ?? ''}`
}

/** The names that set this story's documents apart from those of earlier ones. */
export function namesOf(story: number): JsonObject {
  const part = story === 1 ? '' : `（第${chineseNumber(story)}期）`
  const mark = story === 1 ? '' : `-${story}`
  return {
    plan: { name: `蓉江市公共数据资源整体授权运营实施方案${part}`, short: `蓉江市公共数据资源整体授权运营${part}` },
    entry: { air: `hbj-air-quality${mark}`, enterprises: `sjj-enterprise-power${mark}`, persons: `sjj-health-register${mark}`, buses: `jtj-bus-positions${mark}` },
    scenario: `城市环境与产业景气分析${part}`,
    product: `区域空气质量月度统计${part}`,
  }
}
