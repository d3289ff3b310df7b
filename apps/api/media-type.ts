const PDF = Buffer.from('%PDF-')
const ZIP = Buffer.from('PK\u0003\u0004')
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47])
const JPEG = Buffer.from([0xff, 0xd8, 0xff])
const COMPOUND = Buffer.from([0xd0, 0xcf, 0x11, 0xe0])

/** What may be attached, by extension, with the first bytes that it must have; texts must not hold a zero byte. */
const TYPES: Readonly<Record<string, { type: string; starts: Buffer | null }>> = {
  pdf: { type: 'application/pdf', starts: PDF },
  ofd: { type: 'application/ofd', starts: ZIP },
  docx: { type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', starts: ZIP },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', starts: ZIP },
  doc: { type: 'application/msword', starts: COMPOUND },
  xls: { type: 'application/vnd.ms-excel', starts: COMPOUND },
  png: { type: 'image/png', starts: PNG },
  jpg: { type: 'image/jpeg', starts: JPEG },
  jpeg: { type: 'image/jpeg', starts: JPEG },
  csv: { type: 'text/csv', starts: null },
  txt: { type: 'text/plain', starts: null },
  json: { type: 'application/json', starts: null },
}

/** The type of an attachment by its name and its first bytes; null where it is not allowed or the two disagree. */
export function mediaTypeOf(name: string, bytes: Buffer): string | null {
  const known = TYPES[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '']
  if (known === undefined) return null
  const fits = known.starts === null ? !bytes.includes(0) : bytes.subarray(0, known.starts.length).equals(known.starts)
  return fits ? known.type : null
}
