import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import type { ReferenceContent, ReferencesContent } from '#core/pack/content-format.ts'
import { registerQuery } from '#apps/console/api/queries.ts'
import { recordName } from '#apps/console/contents/record-name.ts'
import { tied } from './leaf.ts'
import type { LeafProps } from './leaf.ts'

/** Chooses records of a register by name; what is kept is the record's key. */
export function ReferenceField(props: LeafProps<ReferenceContent | ReferencesContent>) {
  const { content, value, set } = props
  const { data, isPending, isError } = useQuery(registerQuery(content.to))
  const options = (data?.rows ?? []).map((row) => ({ value: row.key, label: recordName(row) }))
  const common = {
    ...tied(props),
    className: 'wide',
    allowClear: true,
    showSearch: { optionFilterProp: 'label' },
    options,
    loading: isPending,
    placeholder: isError ? '登记簿未能读取' : `从${data?.title ?? '登记簿'}中选择`,
    notFoundContent: isPending ? '正在读取…' : '登记簿中还没有可选的记录',
  }
  if (content.type === 'references') {
    return <Select {...common} mode="multiple" value={Array.isArray(value) ? value.map(String) : []} onChange={(next: string[]) => set(next)} />
  }
  return <Select {...common} value={typeof value === 'string' ? value : null} onChange={(next: string | null | undefined) => set(next ?? undefined)} />
}
