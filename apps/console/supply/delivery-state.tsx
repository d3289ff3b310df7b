import { Tag } from 'antd'
import type { DeliveryRow } from '#apps/api/wire/deliveries.ts'

const STATES = {
  receiving: { text: '接收中', color: 'blue' },
  received: { text: '待核对', color: 'blue' },
  looking: { text: '核对中', color: 'blue' },
  'awaiting-confirmation': { text: '待确认', color: 'gold' },
  'taking-in': { text: '入库中', color: 'blue' },
  'taken-in': { text: '已入库', color: 'green' },
  refused: { text: '未接收', color: 'red' },
  abandoned: { text: '已放弃', color: 'default' },
} as const satisfies Record<DeliveryRow['state'], { text: string; color: string }>

export function DeliveryState({ state }: { state: DeliveryRow['state'] }) {
  return <Tag color={STATES[state].color}>{STATES[state].text}</Tag>
}
