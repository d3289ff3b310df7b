import { isCreditCode } from '#core/disclosure-control/identifier-patterns.ts'

/** One organisation as the files of a city name it. */
export type FiledOrganization = { id: string; name: string; credit_code?: string | undefined; region: string; holds: { offices: readonly string[]; for_region: string } }
/** One person as the files name it. */
export type FiledPerson = { login: string; name: string; organization: string; offices: readonly string[] }
export type Filed<O extends FiledOrganization, P extends FiledPerson> = { region: string; organizations: readonly O[]; persons: readonly P[] }

/** What is registered already. `offices` of an organisation: those it holds or will hold, each with its region. */
export type Registered = {
  organizations: readonly { id: string; name: string; credit_code: string | null }[]
  holdings: readonly { organization: string; office: string; region: string }[]
  persons: readonly { login: string; name: string; organization: string; offices: readonly string[] }[]
}

/** What offices there are: those of the region's packs, with one holder each where `fixed`, and the administrators' (GB/T 22239-2019 8.1.5). */
export type Offices = { region: string; ofPacks: ReadonlyMap<string, 'fixed' | 'open'>; administrators: Readonly<Record<string, string>>; mayAdminister: string }

export type EnrolmentFault = { code: string; place: string; message: string; cure: string }
/** What is to be written; `there` counts what the files name and the register already has. */
export type Enrolment<O, P> = { organizations: O[]; holdings: { organization: O; office: string; fixed: boolean }[]; persons: P[]; there: number }

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/
const LOGIN = /^[a-z0-9][a-z0-9._-]{1,63}$/

/**
 * What the register lacks of what the files say, or every reason why nothing of them is taken. What is registered stays
 * as it is: a name or a right is changed by the administrators, each change by one who is known.
 */
export function planEnrolment<O extends FiledOrganization, P extends FiledPerson>(filed: Filed<O, P>, registered: Registered, offices: Offices): { faults: EnrolmentFault[] } | { plan: Enrolment<O, P> } {
  const known = new Map(registered.organizations.map((one) => [one.id, one]))
  const logins = new Map(registered.persons.map((one) => [one.login, one]))
  const organizations = filed.organizations.filter(({ id }) => !known.has(id))
  const persons = filed.persons.filter(({ login }) => !logins.has(login))
  const held = new Set(registered.holdings.map(({ organization, office, region }) => key(organization, office, region)))
  const holdings = holdingsOf(filed.organizations, offices).filter(({ organization: { id, holds }, office }) => !held.has(key(id, office, holds.for_region)))
  const faults = [
    ...regionFaults(filed, offices),
    ...filed.organizations.flatMap((one, index) => organizationFaults(one, `organizations.${index}`, filed, known, offices)),
    ...holderFaults(holdings, registered),
    ...filed.persons.flatMap((one, index) => personFaults(one, `persons.${index}`, { filed, known, logins, registered, offices })),
    ...administratorFaults([...registered.persons, ...persons], offices),
  ]
  if (faults.length > 0) return { faults }
  return { plan: { organizations, holdings, persons, there: filed.organizations.length - organizations.length + filed.persons.length - persons.length } }
}

/** Every office that the files give, each once. */
export function holdingsOf<O extends FiledOrganization>(organizations: readonly O[], { ofPacks }: Pick<Offices, 'ofPacks'>): Enrolment<O, never>['holdings'] {
  return organizations.flatMap((organization) => organization.holds.offices.map((office) => ({ organization, office, fixed: ofPacks.get(office) === 'fixed' })))
}

function key(...parts: string[]): string {
  return parts.join('\n')
}

function regionFaults({ region }: Filed<FiledOrganization, FiledPerson>, offices: Offices): EnrolmentFault[] {
  if (offices.ofPacks.size === 0) return [{ code: 'region-must-have-rules', place: 'region', message: `没有行政区划代码为“${offices.region}”的现行规则包，无从知道有哪些岗位。`, cure: '请先载入本地区的规则包（docs/authoring.md），或者核对 GONGSHU_REGION。' }]
  if (region === offices.region) return []
  return [{ code: 'region-must-be-that-of-the-city', place: 'region', message: `文件所写行政区划代码为“${region}”，本平台为“${offices.region}”。`, cure: '请核对文件，或者核对 GONGSHU_REGION。' }]
}

function organizationFaults(one: FiledOrganization, place: string, filed: Filed<FiledOrganization, FiledPerson>, known: ReadonlyMap<string, Registered['organizations'][number]>, offices: Offices): EnrolmentFault[] {
  const faults: EnrolmentFault[] = []
  const say = (field: string, code: string, message: string, cure: string) => faults.push({ code, place: `${place}.${field}`, message, cure })
  const there = known.get(one.id)
  if (!ID.test(one.id)) say('id', 'id-must-be-plain', `单位编号“${one.id}”不符合格式。`, '请用字母、数字和 . _ -，以字母或者数字开头，不超过 80 个字符。')
  if (filed.organizations.filter(({ id }) => id === one.id).length > 1) say('id', 'id-must-be-its-own', `单位编号“${one.id}”在文件中不止一处。`, '请每个单位用一个编号。')
  if (there !== undefined && there.name !== one.name) say('name', 'registered-name-must-stay', `编号“${one.id}”已登记为“${there.name}”，文件写作“${one.name}”。`, '请核对是否同一单位；不是的，请换一个编号。')
  if (there === undefined && [...known.values(), ...filed.organizations.filter(({ id }) => id !== one.id)].some(({ name }) => name === one.name)) say('name', 'name-must-be-its-own', `已有名称为“${one.name}”的单位。`, '请核对是否重复登记。')
  if (one.credit_code !== undefined && !isCreditCode(one.credit_code)) say('credit_code', 'credit-code-must-be-valid', `统一社会信用代码“${one.credit_code}”的校验位不正确。`, '请按登记证书核对。')
  const strange = offices.ofPacks.size === 0 ? [] : one.holds.offices.filter((asked) => !offices.ofPacks.has(asked))
  for (const office of strange) say('holds.offices', 'office-must-be-of-the-rules', `现行规则包没有“${office}”这一岗位。`, `请从下列岗位中选择：${[...offices.ofPacks.keys()].join('、')}；管理员岗位写在人员处。`)
  return faults
}

/** An office with one holder for its region has one, in the register and the files together. */
function holderFaults(holdings: readonly { organization: FiledOrganization; office: string; fixed: boolean }[], registered: Registered): EnrolmentFault[] {
  return holdings.filter(({ fixed }) => fixed).flatMap(({ organization: { id, name, holds }, office }) => {
    const others = [
      ...registered.holdings.filter((one) => one.office === office && one.region === holds.for_region && one.organization !== id).map((one) => one.organization),
      ...holdings.filter((one) => one.office === office && one.organization.holds.for_region === holds.for_region && one.organization.id !== id).map((one) => one.organization.id),
    ]
    return others.length === 0 ? [] : [{ code: 'office-must-have-one-holder', place: `organizations（${name}）`, message: `岗位“${office}”在行政区“${holds.for_region}”只能由一个单位担任，另有 ${[...new Set(others)].join('、')}。`, cure: '请只在一个单位处填写该岗位。' }]
  })
}

type PersonBasis = { filed: Filed<FiledOrganization, FiledPerson>; known: ReadonlyMap<string, unknown>; logins: ReadonlyMap<string, Registered['persons'][number]>; registered: Registered; offices: Offices }

function personFaults(one: FiledPerson, place: string, { filed, known, logins, registered, offices }: PersonBasis): EnrolmentFault[] {
  const faults: EnrolmentFault[] = []
  const say = (field: string, code: string, message: string, cure: string) => faults.push({ code, place: `${place}.${field}`, message, cure })
  const there = logins.get(one.login)
  if (!LOGIN.test(one.login)) say('login', 'login-must-be-plain', `账号“${one.login}”不符合格式。`, '请用小写字母、数字和 . _ -，2 至 64 个字符。')
  if (filed.persons.filter(({ login }) => login === one.login).length > 1) say('login', 'login-must-be-free', `账号“${one.login}”在文件中不止一处。`, '请一人一个账号。')
  if (there !== undefined && (there.name !== one.name || there.organization !== one.organization)) say('login', 'login-must-be-free', `账号“${one.login}”已由“${there.name}”使用。`, '请换一个账号。')
  if (!known.has(one.organization) && filed.organizations.every(({ id }) => id !== one.organization)) say('organization', 'organization-must-exist', `没有编号为“${one.organization}”的单位。`, '请先在 organizations.yaml 中写明该单位。')
  const administers = one.offices.filter((office) => Object.hasOwn(offices.administrators, office))
  if (administers.length > 0 && new Set(one.offices).size > 1) say('offices', 'administrator-must-hold-no-other-office', `${one.name}兼有管理员岗位和其他岗位。`, '管理员不能兼任其他岗位，三名管理员应是三个人。')
  const ofOrganization = new Set([...registered.holdings.filter(({ organization }) => organization === one.organization).map(({ office }) => office), ...filed.organizations.filter(({ id }) => id === one.organization).flatMap(({ holds }) => holds.offices)])
  const foreign = one.offices.filter((office) => !administers.includes(office) && !ofOrganization.has(office))
  if (foreign.length > 0) say('offices', 'office-must-be-held-by-organization', `${one.name}所在单位不担任：${foreign.join('、')}。`, '请在该单位处写明岗位及其依据，或者去掉这一岗位。')
  return faults
}

/** Without a security administrator nobody could give a right to anybody. */
function administratorFaults(persons: readonly { offices: readonly string[] }[], { administrators, mayAdminister }: Offices): EnrolmentFault[] {
  if (persons.some(({ offices }) => offices.includes(mayAdminister))) return []
  return [{ code: 'administrator-must-be-named', place: 'persons', message: `没有${administrators[mayAdminister] ?? mayAdminister}，此后无人能够管理人员和岗位。`, cure: `请写明三名管理员，岗位分别为 ${Object.keys(administrators).join('、')}。` }]
}
