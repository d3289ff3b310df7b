import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { JobBody } from '#apps/api/wire/environment.ts'
import { likelyType, parameterNames } from './parameter-names.ts'

const texts = {
  title: '语句的参数',
  hint: '语句中写作 $名称；值只作为数据代入，不会成为语句的一部分。上次填写的值已代为填好。',
  type: (name: string) => `参数 ${name} 的类型`,
  value: (name: string) => `参数 ${name} 的值`,
  runDay: '例如 2026-01-31；按计划运行的可不填',
}

/** The platform fills this one in for each run of a schedule. */
const RUN_DAY = 'run_date'

export type Parameters = NonNullable<JobBody['parameters']>
type Parameter = Parameters[string]

const TYPES: readonly { value: Parameter['type']; label: string; hint: string }[] = [
  { value: 'text', label: '文本', hint: '' },
  { value: 'integer', label: '整数', hint: '例如 100' },
  { value: 'decimal', label: '小数', hint: '例如 12.50' },
  { value: 'date', label: '日期', hint: '例如 2026-01-31' },
  { value: 'boolean', label: '是或否', hint: '' },
]
const BOOLEANS = [{ value: 'true', label: '是' }, { value: 'false', label: '否' }]

/** One field for each parameter of the statement; nothing where it has none. */
export function ParameterFields({ names, values, set }: { names: readonly string[]; values: Parameters; set: (name: string, parameter: Parameter) => void }) {
  if (names.length === 0) return null
  return (
    <Form.Item label={texts.title} extra={texts.hint}>
      <div className="parameters">
        {names.map((name) => {
          const { type, value } = values[name] ?? { type: 'text', value: '' }
          return (
            <div key={name} className="parameter">
              <code>${name}</code>
              <Select aria-label={texts.type(name)} value={type} options={TYPES.map(({ value: one, label }) => ({ value: one, label }))} onChange={(next: Parameter['type']) => set(name, { type: next, value: next === 'boolean' ? 'true' : '' })} />
              {type === 'boolean'
                ? <Select aria-label={texts.value(name)} value={value} options={BOOLEANS} onChange={(next: string) => set(name, { type, value: next })} />
                : <Input aria-label={texts.value(name)} value={value} maxLength={500} inputMode={type === 'integer' || type === 'decimal' ? 'decimal' : 'text'} placeholder={name === RUN_DAY ? texts.runDay : (TYPES.find((one) => one.value === type)?.hint ?? '')} onChange={(event) => set(name, { type, value: event.target.value })} />}
            </div>
          )
        })}
      </div>
    </Form.Item>
  )
}

/** What this person last filled in under a name stays with the browser, so that the same question next month is half written. */
const REMEMBERED = 'gongshu.job-parameters'

/** The parameters of a statement as it is being written, with the values last used under their names. */
export function useParameters(sql: string, given: Parameters = {}) {
  const names = parameterNames(sql)
  const [filled, setFilled] = useState<Parameters>({ ...remembered(), ...given })
  const values = Object.fromEntries(names.map((name) => [name, filled[name] ?? { type: likelyType(name), value: '' }]))
  return {
    names,
    values,
    /** Without the day of the run, where it was left for the platform to fill in. */
    given: Object.fromEntries(Object.entries(values).filter(([name, { value }]) => name !== RUN_DAY || value !== '')),
    set: (name: string, parameter: Parameter) => setFilled((before) => ({ ...before, [name]: parameter })),
    remember: () => localStorage.setItem(REMEMBERED, JSON.stringify({ ...remembered(), ...values })),
  }
}

function remembered(): Parameters {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}')
    if (typeof kept !== 'object' || kept === null) return {}
    const known = Object.entries(kept).filter(([, one]) => isParameter(one))
    return Object.fromEntries(known) as Parameters // each was just looked at
  } catch (error) {
    // What somebody else wrote there is not ours to read.
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function isParameter(value: unknown): value is Parameter {
  return typeof value === 'object' && value !== null && 'type' in value && 'value' in value && typeof value.value === 'string' && TYPES.some(({ value: type }) => type === value.type)
}
