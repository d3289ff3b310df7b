import type { EventType } from './event-types.ts'

/** What an entry of each type states, in one word. */
export const ENTRY_TYPE_TITLES: Readonly<Record<EventType, string>> = {
  decision: '权限判定',
  'case-step': '事项办理',
  'data-access': '数据访问',
  delivery: '数据交付和送达',
  'document-issued': '文书制发',
  export: '导出',
  release: '结果出域',
  login: '登录',
  'delegation-made': '岗位代理',
  'delegation-ended': '终止岗位代理',
  'role-changed': '岗位和权限变更',
  'key-changed': '密钥和口令变更',
  'policy-changed': '设置变更',
  'pack-changed': '规则包变更',
  'consent-used': '使用个人同意',
  destruction: '销毁',
  backup: '备份',
  restore: '恢复',
  drill: '应急演练',
  'log-delivery': '日志报送',
  'clock-advanced': '推进演示日期',
  'server-started': '平台启动',
  checkpoint: '签名检查点',
}
