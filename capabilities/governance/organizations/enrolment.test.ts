import { describe, expect, test } from 'vitest'
import { planEnrolment } from './enrolment.ts'
import type { Filed, FiledOrganization, FiledPerson, Offices, Registered } from './enrolment.ts'

const OFFICES: Offices = {
  region: '990100',
  ofPacks: new Map([['data-authority', 'fixed'], ['data-provider', 'open']]),
  administrators: { 'system-administrator': '系统管理员', 'security-administrator': '安全管理员', 'audit-administrator': '审计管理员' },
  mayAdminister: 'security-administrator',
}
const NOBODY: Registered = { organizations: [], holdings: [], persons: [] }

const bureau: FiledOrganization = { id: 'bureau', name: '数据局', credit_code: '11510100MAHAAPBN8E', region: '990100', holds: { offices: ['data-authority', 'data-provider'], for_region: '990100' } }
const guard: FiledPerson = { login: 'an-quan', name: '安全员', organization: 'bureau', offices: ['security-administrator'] }
const clerk: FiledPerson = { login: 'jing-ban', name: '经办', organization: 'bureau', offices: ['data-authority'] }

function planned(changes: Partial<Filed<FiledOrganization, FiledPerson>> = {}, registered = NOBODY) {
  return planEnrolment({ region: '990100', organizations: [bureau], persons: [guard, clerk], ...changes }, registered, OFFICES)
}

function codes(changes: Partial<Filed<FiledOrganization, FiledPerson>>, registered = NOBODY): string[] {
  const answer = planned(changes, registered)
  return 'faults' in answer ? answer.faults.map(({ code, place }) => `${code} @ ${place}`) : []
}

describe('an enrolment from files', () => {
  test('an empty register receives everything, and knows which office has one holder', () => {
    expect(planned()).toEqual({ plan: {
      organizations: [bureau], persons: [guard, clerk], there: 0,
      holdings: [{ organization: bureau, office: 'data-authority', fixed: true }, { organization: bureau, office: 'data-provider', fixed: false }],
    } })
  })

  test('what is registered stays; only what is new is planned', () => {
    const registered: Registered = { organizations: [{ id: 'bureau', name: '数据局', credit_code: null }], holdings: [{ organization: 'bureau', office: 'data-authority', region: '990100' }], persons: [guard] }
    expect(planned({}, registered)).toEqual({ plan: { organizations: [], holdings: [{ organization: bureau, office: 'data-provider', fixed: false }], persons: [clerk], there: 2 } })
  })

  test('an id that is somebody else’s name, a name twice and a login of another are refused', () => {
    const registered: Registered = { organizations: [{ id: 'bureau', name: '财政局', credit_code: null }, { id: 'other', name: '数据局', credit_code: null }], holdings: [], persons: [{ ...clerk, name: '别人' }, guard] }
    expect(codes({}, registered)).toEqual(['registered-name-must-stay @ organizations.0.name', 'login-must-be-free @ persons.1.login'])
    expect(codes({ organizations: [{ ...bureau, id: 'another' }], persons: [] }, registered)).toEqual(['name-must-be-its-own @ organizations.0.name'])
  })

  test.each([
    ['another region’s files', { region: '990200' }, 'region-must-be-that-of-the-city @ region'],
    ['an office that the rules do not know', { organizations: [{ ...bureau, holds: { offices: ['data-authority', 'mayor'], for_region: '990100' } }] }, 'office-must-be-of-the-rules @ organizations.0.holds.offices'],
    ['a credit code with a wrong check digit', { organizations: [{ ...bureau, credit_code: '11510100MAHAAPBN8F' }] }, 'credit-code-must-be-valid @ organizations.0.credit_code'],
    ['an administrator with another office', { persons: [{ ...guard, offices: ['security-administrator', 'data-authority'] }] }, 'administrator-must-hold-no-other-office @ persons.0.offices'],
    ['a person of an organisation that is nowhere', { persons: [guard, { ...clerk, organization: 'nowhere', offices: [] }] }, 'organization-must-exist @ persons.1.organization'],
    ['an office that the organisation does not hold', { organizations: [{ ...bureau, holds: { offices: ['data-provider'], for_region: '990100' } }] }, 'office-must-be-held-by-organization @ persons.1.offices'],
    ['nobody who could administer', { persons: [clerk] }, 'administrator-must-be-named @ persons'],
    ['a login that cannot be typed', { persons: [guard, { ...clerk, login: '经办' }] }, 'login-must-be-plain @ persons.1.login'],
  ])('%s is named with its place, and nothing is planned', (_, changes, fault) => {
    expect(codes(changes)).toEqual([fault])
  })

  test('an office with one holder is given once, beside the register and within the files; for another region it may be given again', () => {
    const second: FiledOrganization = { id: 'second', name: '第二局', region: '990100', holds: { offices: ['data-authority'], for_region: '990100' } }
    expect(codes({ organizations: [bureau, second] })).toEqual(['office-must-have-one-holder @ organizations（数据局）', 'office-must-have-one-holder @ organizations（第二局）'])
    expect(codes({}, { ...NOBODY, holdings: [{ organization: 'old', office: 'data-authority', region: '990100' }] })).toEqual(['office-must-have-one-holder @ organizations（数据局）'])
    expect(codes({ organizations: [bureau, { ...second, holds: { ...second.holds, for_region: '990101' } }] })).toEqual([])
  })

  test('a region without rules is one fault, not one for each office', () => {
    const answer = planEnrolment({ region: '990100', organizations: [bureau], persons: [guard, clerk] }, NOBODY, { ...OFFICES, ofPacks: new Map() })
    expect('faults' in answer && answer.faults.map(({ code }) => code)).toEqual(['region-must-have-rules'])
  })
})
