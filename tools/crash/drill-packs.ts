import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The pack that the drill is put into, and the office that plays it. */
export const DRILL = { pack: 'chengdu-2026', procedure: 'supply-drill', office: 'public-data-manager' }

/** The columns that the drill's file has; all of them belong to the demonstration's declared table. */
export const DRILL_FIELDS = ['no', 'year', 'month', 'day', 'hour', 'season']

/**
 * A way of three steps through everything that can be interrupted: a message to an outside platform whose file goes into
 * the vault, its receipt, and the destruction of the version's key in two phases. As data, so that no code knows of it.
 */
const PROCEDURE = `
procedure: ${DRILL.procedure}
title: 供给与销毁演练
capability: deliveries
mark: 演练
basis: &drill { platform-default: 仅用于中断恢复演练，不属于任何规则。 }
statuses: { asked: 待接收, held: 已接收, destroying: 销毁中, destroyed: 已销毁 }
open:
  by: ${DRILL.office}
  title: 发起演练
  requires: [drill-source]
  then: [arrival]
  status: asked
  effects:
    - effect: register.put
      with: { register: { value: catalog }, key: case.id, provider: { value: environment-bureau }, dataset: { value: chengdu-air-quality }, title: { value: 演练资源 } }
    - effect: port
      with:
        port: { value: integrated-platform }
        action: { value: supply }
        concludes: { value: arrival }
        entry: case.id
        fields: { value: [${DRILL_FIELDS.join(', ')}] }
        sha256: content.drill-source.sha256
        rows: content.drill-source.rows
    - { effect: notify, with: { to: { value: [${DRILL.office}] }, notice: { value: 演练开始 } } }
steps:
  arrival:
    title: 接收
    kind: port
    by: platform
    basis: *drill
    outcomes:
      received:
        title: 接收回执
        requires: [supply-receipt]
        then: [order-destruction]
        status: held
        effects:
          - effect: register.put
            with: { register: { value: supplies }, key: content.supply-receipt.number, agreement: case.id, entry: case.id, version: content.supply-receipt.version }
          - { effect: standing.set, with: { kind: { value: supply }, id: content.supply-receipt.number, to: { value: granted } } }
  order-destruction:
    title: 下令销毁
    by: ${DRILL.office}
    basis: *drill
    outcomes:
      order:
        title: 销毁
        then: [key-destruction]
        status: destroying
        effects:
          - { effect: exit.destroy-keys, with: { agreement: case.id, concludes: { value: key-destruction } } }
  key-destruction:
    title: 销毁数据密钥
    kind: port
    by: platform
    basis: *drill
    outcomes:
      destroyed: { title: 已销毁, requires: [key-destruction], ends: true, status: destroyed }
`

const CONTENTS = `
drill-source:
  type: group
  title: 演练数据
  basis: { platform-default: 仅用于中断恢复演练，不属于任何规则。 }
  items:
    rows: { type: number, title: 行数, integer: true, min: 1 }
    sha256: { type: text, title: 哈希值（SHA-256）, min: 64, max: 64 }
`

/** Copies the packs of the checkout to `folder` and adds the drill's procedure to one of them. */
export async function writeDrillPacks(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await cp('packs', folder, { recursive: true })
  await writeFile(join(folder, DRILL.pack, 'procedures', `${DRILL.procedure}.yaml`), PROCEDURE.trimStart())
  await writeFile(join(folder, DRILL.pack, 'contents', `${DRILL.procedure}.yaml`), CONTENTS.trimStart())
}
