import type { Procedure } from '#core/pack/procedure-format.ts'
import { PERMISSIONS } from '../permissions.ts'

/** What an action of the evidence log is called; the first part, before a slash. */
const ACTIONS: Readonly<Record<string, string>> = {
  'case-opened': '发起', 'step-concluded': '办结', 'status-changed': '状态变更', 'task-opened': '进入环节', 'task-closed': '环节关闭', 'token-laid': '环节汇合', 'tokens-used': '环节汇合',
  'conclusion-voided': '原结论失效', 'extension-asked': '申请延期', 'extension-refused': '不同意延期', 'clock-changed': '期限变更', 'task-overdue': '逾期', 'task-reminded': '到期提醒', 'task-handed-over': '转办', 'person-recused': '回避', 'case-withdrawn': '撤回',
  'effect-intended': '办理结果', 'effect-done': '办理结果完成',
  open: '发起', conclude: '办理', 'ask-extension': '申请延期', 'answer-extension': '答复延期', 'hand-over': '转办', transfer: '移交', recuse: '回避', withdraw: '撤回',
  'sign-in': '登录', 'change-password': '修改口令', 'password-reset': '重置口令', 'rights-given': '授予岗位', 'rights-taken': '收回岗位', 'office-given': '单位担任岗位', 'person-disabled': '停用人员', 'person-enabled': '恢复人员',
  'advance-clock': '推进演示日期', 'load-pack': '载入规则包', start: '启动', 'export-bundle': '导出存证包', 'notice-received': '签收告知', 'retry-message': '重新发送报文',
  'rotate-service-key': '生成密钥', 'service-call': '调用产品', 'run-job': '运行作业', 'job-ended': '作业结束', 'tries-reached-limit': '被拦作业达到上限', 'look-at-tries': '查看被拦作业', 'destroy-key': '销毁密钥', release: '结果出域',
}
const EFFECTS: Readonly<Record<string, string>> = {
  notify: '告知', publish: '公开', 'register.put': '登记入册', 'register.end': '登记终止', 'standing.set': '权限状态变更', 'case.open': '发起关联事项', 'case.status': '关联事项状态变更', port: '对外报送',
  'access.revoke': '收回访问权限', 'exit.destroy-keys': '销毁密钥', 'environment.release': '结果出域', 'space.supply': '供给至可信数据空间', 'services.grant': '开通产品使用',
}
const MODES: Readonly<Record<string, string>> = { query: '查询', verify: '核验' }

/** An entry's action as people say it, with the step and outcome of the case's procedure; what is not known stays as it is. */
export function actionTitle(action: string, procedure: Procedure | undefined): string {
  const [verb = '', ...rest] = action.split('/')
  const permission = Object.entries(PERMISSIONS).find(([id]) => id === verb)?.[1].title
  const title = ACTIONS[verb] ?? permission ?? verb
  const [first = '', second = ''] = rest
  const step = procedure?.steps[first.split('@')[0] ?? '']
  const what = step === undefined ? [EFFECTS[first] ?? MODES[first] ?? (procedure?.procedure === first ? '' : first)] : [step.title, step.outcomes[second]?.title ?? '']
  const told = what.filter((part) => part !== '').join('，')
  return told === '' ? title : `${title}：${told}`
}
