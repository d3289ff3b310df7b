import { Form, InputNumber, Select, Switch } from 'antd'
import type { ColumnView } from '#apps/api/wire/protection.ts'
import type { Draft } from './draft.ts'

const texts = {
  title: '带噪声的统计', note: '运营机构可以对本表反复作计数和合计，每个数值都加随机噪声，任何一个主体是否在数据中都看不出来。每问一次用去一部分隐私预算，用完即止。',
  open: '开放带噪声的统计', epsilon: '每个应用场景的隐私预算（ε）', epsilonHint: '越小保护越强，一般取0.5至5', groups: '可以分组的字段', values: (title: string) => `${title}的取值`, valuesHint: '输入一个取值后按回车；取值须事先写明，不能从数据中得出',
  most: '每个主体至多计入的组数', sums: '可以合计的字段', least: (title: string) => `${title}每个主体计入的下限`, upper: (title: string) => `${title}每个主体计入的上限`,
}
const MILLI = 1_000 // thousandths of ε in ε
const USUAL_EPSILON = 1_000 // a suggestion in the form, no rule
const USUAL_MOST = 100 // as above

type Budget = NonNullable<Draft['privacyBudget']>

/** Whether, by which groups and within which bounds noisy figures may be asked of the table, and how many in all. */
export function BudgetPart({ columns, budget, set }: { columns: readonly ColumnView[]; budget: Draft['privacyBudget']; set: (budget: Budget | undefined) => void }) {
  const grouping = columns.filter(({ role, type }) => role !== 'entity-key' && ['text', 'integer', 'boolean', 'date'].includes(type))
  const adding = columns.filter(({ type, role }) => type === 'integer' && role !== 'entity-key')
  const titleOf = (name: string): string => columns.find((column) => column.name === name)?.title ?? name
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <p className="quiet">{texts.note}</p>
      <Form layout="vertical">
        <Form.Item label={texts.open} htmlFor="budget-open"><Switch id="budget-open" aria-label={texts.open} checked={budget !== undefined} onChange={(open) => set(open ? { milliEpsilon: USUAL_EPSILON, bounds: {}, domains: {}, groupsPerEntity: 1 } : undefined)} /></Form.Item>
        {budget === undefined ? null : (
          <>
            <div className="two-fields">
              <Form.Item label={texts.epsilon} htmlFor="budget-epsilon" extra={texts.epsilonHint}><InputNumber id="budget-epsilon" min={0.001} step={0.1} value={budget.milliEpsilon / MILLI} onChange={(epsilon) => set({ ...budget, milliEpsilon: Math.max(1, Math.round((epsilon ?? 0) * MILLI)) })} /></Form.Item>
              <Form.Item label={texts.most} htmlFor="budget-most"><InputNumber id="budget-most" min={1} max={100} precision={0} value={budget.groupsPerEntity} onChange={(most) => set({ ...budget, groupsPerEntity: most ?? 1 })} /></Form.Item>
            </div>
            <Form.Item label={texts.groups} htmlFor="budget-groups"><Select id="budget-groups" mode="multiple" value={Object.keys(budget.domains)} options={grouping.map(({ name, title }) => ({ value: name, label: title }))} onChange={(names: string[]) => set({ ...budget, domains: Object.fromEntries(names.map((name) => [name, budget.domains[name] ?? []])) })} /></Form.Item>
            {Object.entries(budget.domains).map(([name, values]) => (
              <Form.Item key={name} label={texts.values(titleOf(name))} htmlFor={`budget-values-${name}`} extra={texts.valuesHint}><Select id={`budget-values-${name}`} mode="tags" open={false} value={values} onChange={(next: string[]) => set({ ...budget, domains: { ...budget.domains, [name]: next } })} /></Form.Item>
            ))}
            <Form.Item label={texts.sums} htmlFor="budget-sums"><Select id="budget-sums" mode="multiple" value={Object.keys(budget.bounds)} options={adding.map(({ name, title }) => ({ value: name, label: title }))} onChange={(names: string[]) => set({ ...budget, bounds: Object.fromEntries(names.map((name) => [name, budget.bounds[name] ?? { least: 0, most: USUAL_MOST }])) })} /></Form.Item>
            {Object.entries(budget.bounds).map(([name, { least, most }]) => (
              <div className="two-fields" key={name}>
                <Form.Item label={texts.least(titleOf(name))} htmlFor={`budget-least-${name}`}><InputNumber id={`budget-least-${name}`} precision={0} value={least} onChange={(next) => set({ ...budget, bounds: { ...budget.bounds, [name]: { least: next ?? 0, most } } })} /></Form.Item>
                <Form.Item label={texts.upper(titleOf(name))} htmlFor={`budget-upper-${name}`}><InputNumber id={`budget-upper-${name}`} precision={0} value={most} onChange={(next) => set({ ...budget, bounds: { ...budget.bounds, [name]: { least, most: next ?? 0 } } })} /></Form.Item>
              </div>
            ))}
          </>
        )}
      </Form>
    </section>
  )
}
