import type { Kysely } from 'kysely'
import { PortRefused } from '#adapters/ports/port.ts'
import type { Port, PortMessage, PortReceipt } from '#adapters/ports/port.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { deliveredFile } from './delivery.store.ts'
import type { Delivery } from './delivery.store.ts'

/**
 * The integrated platform's port where a provider has delivered the very file to this platform: it lies here already, under
 * the same case, entry and hash, and both receipts are given from it. Everything else goes to the port behind. What was
 * supplied is used by nobody before the case says so.
 */
export function directSupplyPort(db: Kysely<Tables>, behind: Port | null): Port {
  return {
    send: async (message) => {
      const receipt = await ownReceipt(db, message)
      if (receipt !== null) return receipt
      if (behind === null) throw new PortRefused('port-must-be-configured', '没有配置一体化平台的接口，平台也没有收到与此哈希值相符的文件，请由经办人人工录入结果，或者由提供单位上传文件。')
      return behind.send(message)
    },
  }
}

async function ownReceipt(db: Kysely<Tables>, message: PortMessage): Promise<PortReceipt | null> {
  const { entry, sha256 } = message.payload
  if ((message.action !== 'receive' && message.action !== 'supply') || typeof entry !== 'string' || typeof sha256 !== 'string') return null
  const found = await inTransaction(db, { as: 'system' }, (tx) => deliveredFile(tx, { caseId: message.caseId, entry, sha256 }), { isolation: 'read committed' })
  if (found === null) return null
  const { delivery, rows, sm3 } = found
  const common = { rows, sha256, sm3, 'received-at': delivery.takenInAt?.toISOString() ?? '' }
  if (message.action === 'receive') return { outcome: 'received', contents: { 'platform-receipt': { number: receiptNumber('JS', delivery), ...common } } }
  return { outcome: 'received', contents: { 'supply-receipt': { number: receiptNumber('GJ', delivery), ...common, version: delivery.version ?? '' } } }
}

/** unit: characters of an id; source: platform default, enough that no two deliveries of a city share them */
const NUMBER_CHARACTERS = 12

function receiptNumber(mark: string, { id }: Delivery): string {
  return `PT-${mark}-${id.replaceAll('-', '').slice(-NUMBER_CHARACTERS).toUpperCase()}`
}
