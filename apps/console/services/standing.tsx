import { Tag } from 'antd'

const STANDINGS: Record<string, { text: string; color: string }> = {
  granted: { text: '有效', color: 'green' },
  suspended: { text: '已暂停', color: 'red' },
  ended: { text: '已终止', color: 'default' },
  revoked: { text: '已撤销', color: 'default' },
  none: { text: '未生效', color: 'default' },
}

/** How a product or a grant stands, as people say it. */
export function Standing({ standing }: { standing: string }) {
  const known = STANDINGS[standing]
  return <Tag color={known?.color ?? 'default'}>{known?.text ?? standing}</Tag>
}
