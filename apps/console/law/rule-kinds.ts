/** What the rules of a pack are called; another kind shows its own name. */
export const RULE_KINDS: Readonly<Record<string, string>> = {
  procedures: '程序', contents: '内容', registers: '登记簿', figures: '数值', offices: '岗位', policies: '判定', duties: '职责', terms: '用语', documents: '文书', thresholds: '阈值',
}
