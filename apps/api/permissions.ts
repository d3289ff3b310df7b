/**
 * Who may come through which door. `anybody` needs no session; `signed-in` is every person; `case-actors` is every
 * person but the three administrators, who act in no case; a list names the offices. What is not here is denied.
 * In a case the rule pack decides further: a permission opens the door, never the case.
 */
type Audience = 'anybody' | 'signed-in' | 'case-actors' | readonly string[]

export const PERMISSIONS = {
  'pages.read': { who: 'anybody', title: '打开网页' },
  'contract.read': { who: 'anybody', title: '查阅接口说明' },
  'public.read': { who: 'anybody', title: '查阅向社会公开的信息' },
  'session.open': { who: 'anybody', title: '登录' },
  'session.read': { who: 'signed-in', title: '查看本人登录信息' },
  'session.close': { who: 'signed-in', title: '退出登录' },
  'session.password': { who: 'signed-in', title: '修改本人口令' },
  'demonstration.read': { who: 'anybody', title: '查看演示账号（仅演示环境）' },
  'clock.read': { who: 'signed-in', title: '查看平台日期' },
  'clock.advance': { who: 'signed-in', title: '推进演示日期（仅演示环境）' },
  'tasks.read': { who: 'case-actors', title: '查看待办、已办、抄送、催办' },
  'retention.read': { who: ['implementing-agency', 'data-authority', 'public-data-manager'], title: '查看留存期限和到期可处置的记录' },
  'notices.read': { who: 'case-actors', title: '查看告知' },
  'notices.receive': { who: 'case-actors', title: '签收告知' },
  'cases.read': { who: 'case-actors', title: '查看本单位所涉事项' },
  'denials.read': { who: ['implementing-agency', 'data-authority', 'public-data-manager'], title: '查看事项中被拒绝的办理' },
  'cases.open': { who: 'case-actors', title: '发起事项' },
  'cases.act': { who: 'case-actors', title: '办理事项' },
  'files.write': { who: 'case-actors', title: '上传附件' },
  'documents.read': { who: 'case-actors', title: '查看和下载事项文书' },
  'files.read': { who: 'case-actors', title: '下载附件' },
  'drafts.own': { who: 'case-actors', title: '保存本人草稿' },
  'rules.read': { who: 'signed-in', title: '查阅规则包' },
  'registers.read': { who: 'case-actors', title: '查阅登记簿' },
  'organizations.read': { who: 'signed-in', title: '查阅单位名录' },
  'persons.read': { who: 'case-actors', title: '查阅本单位人员和岗位' },
  'delegations.read': { who: 'case-actors', title: '查看本单位的岗位代理' },
  'delegations.change': { who: 'case-actors', title: '办理和终止本单位的岗位代理' },
  'evidence.read': { who: 'signed-in', title: '查阅与本人、本单位有关的存证' },
  'environment.read': { who: ['operator', 'implementing-agency', 'data-provider'], title: '查看开发利用环境（结构和合成样例，不含原始数据）' },
  'job.read': { who: ['operator', 'implementing-agency', 'data-provider', 'data-authority'], title: '查看与本单位有关的作业及其检查报告' },
  'environment.run': { who: ['operator'], title: '在开发利用环境运行作业' },
  'tries.read': { who: ['implementing-agency', 'data-provider'], title: '查看各单位因数据本身被拦的作业' },
  'tries.look': { who: ['implementing-agency'], title: '查看被拦的作业后重新计数，显示待查看的结论' },
  'releases.read': { who: ['operator', 'implementing-agency', 'data-provider'], title: '查看出域结果的绑定记录和复核情况' },
  'releases.rederive': { who: ['implementing-agency', 'data-provider'], title: '由原输入重新得出已出域的结果，逐字节核对' },
  'deliveries.read': { who: ['data-provider'], title: '查看本单位的数据提供' },
  'deliveries.change': { who: ['data-provider'], title: '上传或者提取数据、确认字段、放弃提供' },
  'data-reports.read': { who: ['data-provider', 'operator', 'implementing-agency'], title: '查看数据版本的质量报告和概况（不含原始数据）' },
  'sources.change': { who: ['data-provider'], title: '登记、测试和停用本单位的数据源' },
  'source-hosts.administer': { who: ['system-administrator'], title: '管理数据源主机许可名单' },
  'protection.read': { who: ['operator', 'implementing-agency', 'data-provider'], title: '查阅数据的保护规则' },
  'protection.change': { who: ['implementing-agency', 'data-provider'], title: '拟订和同意数据的保护规则' },
  'products.read': { who: 'case-actors', title: '查阅产品和服务清单' },
  'subscriptions.read': { who: ['consumer', 'developer', 'operator'], title: '查看产品使用情况' },
  'subscriptions.key': { who: ['consumer', 'developer'], title: '生成产品使用密钥' },
  'gateway.call': { who: 'anybody', title: '凭密钥调用产品（每次调用另行判定）' },
  'evidence.export': { who: ['audit-administrator', 'implementing-agency'], title: '导出存证包' },
  'persons.administer': { who: ['security-administrator'], title: '管理人员、岗位和初始口令' },
  'system.read': { who: ['system-administrator'], title: '查看系统状况' },
  'outbox.retry': { who: ['system-administrator'], title: '重新发送未送达的对外报文' },
  'evidence.search': { who: ['audit-administrator'], title: '按对象、人员和类型检索存证' },
} as const satisfies Record<string, { who: Audience; title: string }>

export type Permission = keyof typeof PERMISSIONS

const ADMINISTRATORS: readonly string[] = ['system-administrator', 'security-administrator', 'audit-administrator']

/** Whether a person with these offices (null: nobody is signed in) is let through. Total; deny by default. */
export function isAllowed(permission: Permission, offices: readonly string[] | null): boolean {
  const who: Audience = PERMISSIONS[permission].who
  if (who === 'anybody') return true
  if (offices === null) return false
  if (who === 'signed-in') return true
  if (who === 'case-actors') return offices.length > 0 && !offices.some((office) => ADMINISTRATORS.includes(office))
  return offices.some((office) => who.includes(office))
}

const AUDIENCES = { anybody: '任何人', 'signed-in': '已登录的人员', 'case-actors': '已登录的人员，管理员除外' } as const

/** The permission matrix as Markdown, from the table above and the routes as they were registered. */
export function permissionMatrix(routes: readonly { method: string; url: string; permission: Permission }[]): string {
  const rows = Object.entries(PERMISSIONS).map(([id, { who, title }]) => {
    const doors = routes.filter((route) => route.permission === id).map(({ method, url }) => `\`${method} ${url}\``)
    const audience: Audience = who
    const shown = typeof audience === 'string' ? AUDIENCES[audience] : audience.map((office) => `\`${office}\``).join('、')
    return `| \`${id}\` | ${title} | ${shown} | ${doors.toSorted().join('<br>')} |`
  })
  return [
    '# 权限表',
    '',
    '本表由 `apps/api/permissions.ts` 和已注册的接口生成，请勿手改；接口未声明权限的，平台拒绝启动。能否办理某一事项、某一环节，另由规则包规定。',
    '',
    '| 权限 | 含义 | 谁可以 | 接口 |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
