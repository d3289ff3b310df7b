/** What stops an ingest. Nothing of the file is kept when one of these is thrown. */

/** Each code states the broken rule. The list is closed; `cures` below answers for each. */
export const ingestErrorCodes = [
  'source-interrupted',
  'source-unreachable',
  'source-too-large',
  'source-empty',
  'source-differs',
  'gzip-truncated',
  'gzip-corrupt',
  'gzip-trailing-bytes',
  'zstd-truncated',
  'zstd-corrupt',
  'archive-nested',
  'format-unknown',
  'expansion-too-large',
  'line-too-long',
  'bytes-undecodable',
  'control-character',
  'quote-malformed',
  'header-duplicated',
  'header-unexpected',
  'row-ragged',
  'record-malformed',
  'record-nested',
  'parquet-malformed',
  'workbook-malformed',
  'value-missing',
  'value-wrong-type',
  'value-out-of-range',
  'row-duplicated',
  'quality-rule-broken',
  'delta-key-undeclared',
  'delta-schema-changed',
  'delta-key-ambiguous',
  'delta-key-unknown',
  'storage-full',
  'memory-exceeded',
  'ingest-worker-died',
  'ingest-too-slow',
] as const
export type IngestErrorCode = (typeof ingestErrorCodes)[number]

const cures: Record<IngestErrorCode, string> = {
  'source-interrupted': '请检查网络或者存储介质后重新上传整个文件。',
  'source-unreachable': '请核对地址、账号、口令和授权后重试。',
  'source-too-large': '请按时间段拆分文件后分批提供，或者联系平台管理员调整上限。',
  'source-empty': '请确认导出程序已写完文件后重新上传。',
  'source-differs': '请与提供方核对文件后重新上传完整的文件。',
  'gzip-truncated': '请重新压缩并核对文件大小后上传。',
  'gzip-corrupt': '请重新压缩后上传，并与原文件的校验值核对。',
  'gzip-trailing-bytes': '请只提交一个完整的 gzip 文件，去掉末尾多余的内容。',
  'zstd-truncated': '请重新压缩并核对文件大小后上传。',
  'zstd-corrupt': '请重新压缩后上传（不要使用 --long 选项），并与原文件的校验值核对。',
  'archive-nested': '请只压缩一次，直接提交表格文件。',
  'format-unknown': '请提供 CSV、TSV、JSON Lines、Parquet 或者 xlsx 文件，可用 gzip 或者 zstd 压缩。',
  'expansion-too-large': '请提供未压缩的文件，或者按时间段拆分后分批提供。',
  'line-too-long': '请检查换行符和引号是否缺失，每行应对应一条记录。',
  'bytes-undecodable': '请将文件另存为 UTF-8 或者 GB18030 编码，并在提供时写明编码。',
  'control-character': '请确认提供的是文本格式的 CSV 文件，并去掉其中的空字符。',
  'quote-malformed': '请把含有引号、逗号或者换行的字段用双引号括起，字段内的双引号写两遍。',
  'header-duplicated': '请修改表头，使每个列名只出现一次。',
  'header-unexpected': '请使表头与登记的数据结构一致，或者先变更登记的数据结构。',
  'row-ragged': '请检查该行是否多写或者漏写逗号，字段内的逗号须用双引号括起。',
  'record-malformed': '每行应为一个完整的 JSON 对象，请检查引号、逗号和括号。',
  'record-nested': '请把嵌套的内容展开为单独的列，每个字段只写一个值。',
  'parquet-malformed': '请重新导出 Parquet 文件，并与原文件的校验值核对。',
  'workbook-malformed': '请用 Excel 或者 WPS 打开后另存为 xlsx 文件，只保留一张没有公式和合并单元格的表。',
  'value-missing': '请补充该值；如该列确可为空，请先变更登记的数据结构。',
  'value-wrong-type': '请更正该值；如用特定文字表示缺失，请在登记的数据结构中写明缺失标记。',
  'value-out-of-range': '请更正该值，或者先变更登记的数据结构中的类型和小数位数。',
  'row-duplicated': '请删除或者合并重复的行后重新提供。',
  'quality-rule-broken': '请更正不符合规则的行后重新提供；如规则不当，请先变更登记的数据结构。',
  'delta-key-undeclared': '请声明能够唯一确定一条记录的主键列，或者提供完整的文件。',
  'delta-schema-changed': '请按现在的数据结构提供完整的文件。',
  'delta-key-ambiguous': '请声明能够唯一确定一条记录的主键列，或者提供完整的文件。',
  'delta-key-unknown': '请核对主键的值，只列出上一版本中已有的记录。',
  'storage-full': '请联系平台管理员扩充存储空间后重新提供；没有保留任何内容。',
  'memory-exceeded': '请按时间段拆分文件后分批提供，或者联系平台管理员调整上限。',
  'ingest-worker-died': '请稍后重试；如再次发生，请联系平台管理员查看运行日志。',
  'ingest-too-slow': '请按时间段拆分文件后分批提供，或者联系平台管理员调整上限。',
}

/** Where it happened. All parts are optional because some faults have no row and some no column. */
export interface IngestPlace {
  /** Data row, the first after the header is 1; 0 is the header. For faults of the byte stream: the last whole row. */
  row?: number
  /** Column title and header as the provider knows them. */
  column?: string
  /** Offset of the first offending byte. Of the compressed file for gzip faults, else of the text. */
  byteOffset?: number
}

/** A refusal of the supplied file with place and cure, in words for the person who supplied it. */
export class IngestError extends Error {
  readonly code: IngestErrorCode
  readonly row: number | undefined
  readonly column: string | undefined
  readonly byteOffset: number | undefined
  readonly cure: string

  constructor(code: IngestErrorCode, message: string, place: IngestPlace = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'IngestError'
    this.code = code
    this.row = place.row
    this.column = place.column
    this.byteOffset = place.byteOffset
    this.cure = cures[code]
  }
}

/** A fault of the byte stream, before its row is known. The row reader turns it into an `IngestError`. */
export interface SourceFault {
  code: IngestErrorCode
  /** What happened, without place; a clause that can follow "文件读取到……时". */
  clause: string
  byteOffset: number
  compressed: boolean
  cause?: unknown
}

/** The refusal for a fault of the byte stream, once it is known how many whole rows came before it. */
export function faultAfterRow(fault: SourceFault, lastWholeRow: number): IngestError {
  const where = `${fault.compressed ? '压缩文件' : '文件'}第 ${fault.byteOffset} 字节处`
  const rows = lastWholeRow > 0 ? `最后一条完整记录为第 ${lastWholeRow} 行（不计表头）` : '此前没有完整的数据行'
  return new IngestError(
    fault.code,
    `${where}${fault.clause}，${rows}。`,
    { row: lastWholeRow, byteOffset: fault.byteOffset },
    fault.cause === undefined ? undefined : { cause: fault.cause },
  )
}

/** The refusal where a disk or a quota is full, or undefined for any other error. */
export function storageFull(error: unknown): IngestError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const said = error instanceof Error ? error.message : ''
  if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) && !/no space left on device|disk quota exceeded|max_temp_directory_size/i.test(said)) return undefined
  return new IngestError('storage-full', '存储空间不足，文件没有接收，已写入的内容已全部清除。', {}, { cause: error })
}

/** The refusal where the one place that a reader may write to is full: it was given so much and no more, whatever the disk has left. */
export function workplaceExceeded(error: unknown): IngestError | undefined {
  return storageFull(error) === undefined ? undefined : new IngestError('memory-exceeded', '解析文件所需的临时空间超过上限，文件没有接收，已写入的内容已全部清除。', {}, { cause: error })
}

/** The refusal where the engine or the process may hold no more, or undefined for any other error. */
export function memoryExceeded(error: unknown): IngestError | undefined {
  const said = error instanceof Error ? error.message : ''
  if (!/^Out of Memory Error|bad_alloc|array buffer allocation failed/i.test(said)) return undefined
  return new IngestError('memory-exceeded', '解析文件所需的内存超过上限，文件没有接收，已写入的内容已全部清除。', {}, { cause: error })
}
