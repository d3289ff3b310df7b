import { useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { documentsQuery } from '#apps/console/api/queries.ts'
import { api } from '#apps/console/paths.ts'

const texts = {
  title: '文书',
  none: '本事项还没有制发文书。文书在作出决定、签署、发函等环节由平台按事项内容制作。',
  drawing: '正在制作，稍后刷新即可下载。',
  failed: '制作未成功，平台会自动重试：',
  pdf: 'PDF',
  docx: 'Word',
  number: '文号',
}

/** The documents that the case has issued: number, office, day, provision, both files and their SM3. */
export function CaseDocuments({ caseId, seq }: { caseId: string; seq: number }) {
  const { data } = useQuery(documentsQuery(caseId, seq))
  return (
    <section aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      {data === undefined || data.length === 0 ? <p className="quiet">{texts.none}</p> : (
        <ul className="panel documents">
          {data.map((one) => (
            <li key={one.id}>
              <div><Tag>{one.kind}</Tag> <strong>{one.title}</strong>{one.number === null ? null : <span className="numeric">　{one.number}</span>}</div>
              <div className="quiet">{one.issuer}　{one.issued_on}　依据：{one.rests_on}</div>
              {one.files.length === 0 ? <div className="quiet">{one.problem === null ? texts.drawing : `${texts.failed}${one.problem}`}</div> : (
                <div>
                  {one.files.map((file) => (
                    <span key={file.format} className="document-file">
                      <a href={api.documentFile(one.id, file.format)} target="_blank" rel="noreferrer">{file.format === 'pdf' ? texts.pdf : texts.docx}</a>
                      <span className="mono quiet" title={`SM3 ${file.sm3}`}>　SM3 {file.sm3.slice(0, SHOWN_LENGTH)}…</span>
                    </span>
                  ))}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** unit: characters; the whole is in the title and in the evidence */
const SHOWN_LENGTH = 16
