/** Why a table could not be made ready for use, in words for the person whose job asked for it. */
import { IngestError, storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import { NamesRefused } from '#adapters/vault/materialise-names.ts'

/** Each code states what must hold for a table to be made ready. */
export const materialiseErrorCodes = ['table-reader-must-not-die', 'table-reader-must-end-in-time', 'table-must-fit-memory', 'table-must-fit-storage', 'table-content-must-be-readable'] as const
export type MaterialiseErrorCode = (typeof materialiseErrorCodes)[number]

const cures: Record<MaterialiseErrorCode, string> = {
  'table-reader-must-not-die': '请稍后重试；如再次发生，请联系平台管理员查看运行日志。',
  'table-reader-must-end-in-time': '请减少所用的字段或者行，或者联系平台管理员调整上限。',
  'table-must-fit-memory': '请减少所用的字段或者行，或者联系平台管理员调整上限。',
  'table-must-fit-storage': '请减少所用的字段或者行，或者联系平台管理员扩充存储空间。',
  'table-content-must-be-readable': '请联系平台管理员核查该数据版本；必要时由数据提供单位重新提供。',
}

/** The table was not made ready; nothing of it is left. */
export class MaterialiseError extends Error {
  readonly code: MaterialiseErrorCode
  readonly cure: string
  constructor(code: MaterialiseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MaterialiseError'
    this.code = code
    this.cure = cures[code]
  }
}

/** What the process that reads supplied files says of itself, said of a table; every other error as it is. */
export function materialiseFailure(error: unknown, table: string): unknown {
  const said = (code: MaterialiseErrorCode, clause: string): MaterialiseError => new MaterialiseError(code, `准备数据表“${table}”时${clause}，没有保留任何内容。`, { cause: error })
  if (error instanceof NamesRefused) return said('table-reader-must-not-die', '处理进程的应答不符合约定')
  const known = error instanceof IngestError ? error : storageFull(error)
  switch (known?.code) {
    case 'ingest-worker-died': return said('table-reader-must-not-die', '处理进程意外结束')
    case 'ingest-too-slow': return said('table-reader-must-end-in-time', '超过时限')
    case 'memory-exceeded': return said('table-must-fit-memory', '所需的内存超过上限')
    case 'storage-full': return said('table-must-fit-storage', '存储空间不足')
    case 'parquet-malformed': return said('table-content-must-be-readable', '发现所存的内容不能读取')
    default: return error
  }
}
