import type { Cast } from './story.ts'

/** The offices of Chengdu and some organisations around them, as a story's cast. */
export const CHENGDU: Cast = {
  holders: {
    government: 'city-government',
    'data-authority': 'development-commission',
    'public-data-manager': 'operation-office',
    'implementing-agency': 'big-data-centre',
    'superior-data-authority': 'provincial-bureau',
    registrar: 'registration-centre',
    'price-authority': 'development-commission',
  },
  persons: {
    mayor: { organization: 'city-government', offices: ['government'] },
    authority: { organization: 'development-commission', offices: ['data-authority', 'price-authority'] },
    manager: { organization: 'operation-office', offices: ['public-data-manager'] },
    drafter: { organization: 'big-data-centre', offices: ['implementing-agency'] },
    reviewer: { organization: 'big-data-centre', offices: ['implementing-agency'] },
    scorer: { organization: 'big-data-centre', offices: ['implementing-agency'] },
    director: { organization: 'big-data-centre', offices: ['implementing-agency'] },
    operator: { organization: 'tianfu-data', offices: ['operator'] },
    stranger: { organization: 'other-data', offices: ['operator'] },
    /** Holds the office elsewhere: another organisation is not the concerned one. */
    elsewhere: { organization: 'weather-bureau', offices: ['implementing-agency', 'data-provider'] },
    environment: { organization: 'environment-bureau', offices: ['data-provider'] },
    transport: { organization: 'transport-bureau', offices: ['data-provider', 'sector-authority'] },
    health: { organization: 'health-commission', offices: ['data-provider', 'sector-authority'] },
  },
  organizations: {
    'tianfu-data': { name: '天府数据运营有限公司', 'credit-code': '91510100MA6ABCDE0X', 'legal-person': true },
    'other-data': { name: '锦城数据有限公司', 'credit-code': '91510100MA6FGHJK1Y', 'legal-person': true },
    'third-data': { name: '蓉城信息合伙企业', 'credit-code': '91510100MA6LMNPQ2W', 'legal-person': false },
  },
}
