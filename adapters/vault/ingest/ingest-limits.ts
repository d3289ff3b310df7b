/** Bounds of one ingest. Platform defaults, no provision; a deployment may change them. */
export interface IngestLimits {
  /** Bytes of the file as supplied. */
  sourceBytesMax: number
  /** Bytes of text after decompression. */
  textBytesMax: number
  /** Text bytes per compressed byte, judged once `ratioFromBytes` of text have appeared. */
  ratioMax: number
  ratioFromBytes: number
  /** Bytes of one line, and characters of one record. */
  lineBytesMax: number
  /** Bytes of text that are read, typed and sealed at once; what an ingest holds in memory follows it. */
  blockBytes: number
  /** Bytes of a Parquet file's footer, and of one of its row groups, compressed and as declared when decompressed. */
  footerBytesMax: number
  rowGroupBytesMax: number
  rowGroupTextMax: number
  /** Bytes of the shared texts of a workbook, the only part of it that is held in memory. */
  sharedTextBytesMax: number
  /** What the reading process may use: memory of the engine and of the reader's own in MiB, bytes of its workplace, seconds of wall time. */
  memoryMb: number
  heapMb: number
  workBytesMax: number
  secondsMax: number
}

const mebibyte = 1024 * 1024

/**
 * Honest tables compress 5 to 60 fold; gzip itself cannot exceed about 1,032.
 * The ratio is judged only after 16 MiB, so that a short file of equal rows is not taken for a bomb.
 */
export const defaultIngestLimits: IngestLimits = {
  sourceBytesMax: 16 * 1024 * mebibyte,
  textBytesMax: 128 * 1024 * mebibyte,
  ratioMax: 200,
  ratioFromBytes: 16 * mebibyte,
  lineBytesMax: mebibyte,
  blockBytes: 16 * mebibyte,
  footerBytesMax: 64 * mebibyte,
  rowGroupBytesMax: 512 * mebibyte,
  rowGroupTextMax: 8 * 1024 * mebibyte,
  sharedTextBytesMax: 256 * mebibyte,
  memoryMb: 2_560,
  heapMb: 1_024,
  workBytesMax: 4 * 1024 * mebibyte,
  secondsMax: 4 * 3_600,
}
