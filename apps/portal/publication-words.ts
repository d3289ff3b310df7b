/** What the items of a publication are called; an item that is not here keeps its own name. */
const WORDS: Record<string, string> = {
  from: '期间起', to: '期间止', report: '披露内容', calls: '调用次数', products: '产品和服务', name: '名称', price: '价格', product: '产品编号', operator: '运营机构', registration: '登记编码',
  consumers: '使用单位数', 'free-calls': '免费调用次数', authorizations: '授权', starts: '起始日', start: '起始日', ends: '届满日', end: '截止日', scope: '范围', content: '授权内容', 'ended-on': '终止日期', 'ended-because': '终止原因',
  'credit-code': '统一社会信用代码', 'agreement-date': '协议签订日期', 'selection-method': '选定方式', method: '方式', 'resources-used': '使用的数据资源数', 'resources-not-named': '未列名的数据资源数', address: '公开网址',
  reasons: '理由', reason: '理由', code: '登记编码', 'valid-from': '有效期起', 'valid-until': '有效期止', type: '类型', summary: '内容简介', registrant: '登记主体', contact: '联系方式', description: '说明', 'price-class': '价格类别', 'registration-state': '登记情况',
  activities: '授权事项', number: '文号', winner: '选定的运营机构', mode: '授权模式', approved: '审定日期', title: '标题', date: '日期', provider: '提供单位', resources: '数据资源',
}
/** Choices that packs make by key. */
const CHOICES: Record<string, string> = {
  overall: '整体授权', sector: '分领域授权', scenario: '依场景授权', 'open-tender': '公开招标', 'invited-tender': '邀请招标', negotiation: '谈判', 'public-welfare': '公益', industry: '产业', first: '首次登记', batch: '批量',
}

export function wordOf(key: string): string {
  return WORDS[key] ?? key
}

export function choiceOf(value: string): string {
  return CHOICES[value] ?? value
}
