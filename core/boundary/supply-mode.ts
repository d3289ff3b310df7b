/** How a supplied file makes a version: it stands for itself, or it changes the version before. */

export const deltaModes = ['append', 'upsert', 'delete'] as const
export const supplyModes = ['full', ...deltaModes] as const
export type SupplyMode = (typeof supplyModes)[number]
export type DeltaMode = (typeof deltaModes)[number]

/** What the modes are called wherever a person reads of them. */
export const supplyModeTitles: Readonly<Record<SupplyMode, string>> = { full: '完整文件', append: '追加', upsert: '按主键更新', delete: '按主键删除' }

/** What became of rows; `rows` are those of the supplied file. */
export interface DeltaChanges {
  rows: number
  added: number
  replaced: number
  removed: number
}

/** `新增 3 行，替换 2 行`: only what happened, so that nobody reads zeros. */
export function changesText({ added, replaced, removed }: DeltaChanges): string {
  const told = [[added, '新增'], [replaced, '替换'], [removed, '删除']] as const
  const happened = told.filter(([count]) => count > 0).map(([count, word]) => `${word} ${count} 行`)
  return happened.length === 0 ? '没有变化' : happened.join('，')
}
