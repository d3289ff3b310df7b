import type { Cast } from './story.ts'
import { SUPPLY_CAST } from './supply-story.ts'

/** The cast of Chengdu's supply with those who stand further out: districts, other cities, utilities, developers, supervisors. */
export const WIDE_CAST: Cast = {
  ...SUPPLY_CAST,
  persons: {
    ...SUPPLY_CAST.persons,
    'wuhou-mayor': { organization: 'wuhou-district', offices: ['district-government'] },
    'wuhou-data': { organization: 'wuhou-data-bureau', offices: ['data-provider'] },
    'deyang-data': { organization: 'deyang-data-bureau', offices: ['data-provider'] },
    'market-bureau': { organization: 'market-supervision-bureau', offices: ['data-provider', 'supervisor'] },
    housing: { organization: 'housing-bureau', offices: ['data-provider'] },
    police: { organization: 'provincial-police', offices: ['sharing-provider'] },
    unions: { organization: 'trade-unions', offices: ['data-provider'] },
    'hospital-one': { organization: 'first-hospital', offices: ['data-provider'] },
    'hospital-two': { organization: 'second-hospital', offices: ['data-provider'] },
    'bus-company': { organization: 'bus-company', offices: ['utility'] },
    'gas-company': { organization: 'gas-company', offices: ['utility'] },
    developer: { organization: 'rongcheng-lab', offices: ['developer', 'consumer'] },
    'other-developer': { organization: 'jinjiang-studio', offices: ['developer', 'consumer'] },
    'operator-developer': { organization: 'tianfu-data', offices: ['developer'] },
    partner: { organization: 'data-partnership', offices: ['developer'] },
    citizen: { organization: 'citizen-office', offices: ['developer'] },
    emergency: { organization: 'emergency-bureau', offices: ['consumer'] },
  },
  organizations: {
    ...SUPPLY_CAST.organizations,
    'rongcheng-lab': { name: '蓉城数据实验室有限公司', 'credit-code': '91510100MA6UWXYY4A', 'legal-person': true },
    'jinjiang-studio': { name: '锦江数据工作室', 'credit-code': '92510100MA6BCDEF5B', 'legal-person': false },
  },
}
