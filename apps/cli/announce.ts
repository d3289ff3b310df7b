import type { ServerConfig } from '#apps/api/config.ts'
import type { RunningServer } from '#apps/api/main.ts'
import { readingAsSystem } from '#apps/api/parts.ts'
import { readCity } from '#apps/api/city-files.ts'
import type { InboxFile } from '../../demo/start/inbox-files.ts'

export type Announcement = { config: ServerConfig; server: RunningServer; files: InboxFile[]; inbox: string; /** Number of the trusted data space that runs with it; null where none does. */ space: string | null; keysFile: string; print: (line: string) => void }

/** Tells a person what was started: the address; in the demonstration also the accounts and what the counterparty holds. */
export async function announce({ config, server, files, inbox, space, keysFile, print }: Announcement): Promise<void> {
  print(`公枢已启动：${server.url}`)
  print(`  社会公众页面：${server.url}/portal　接口说明：${server.url}/api/openapi.json`)
  print(`  数据目录：${config.dataDir}　存证验证公钥：${keysFile}`)
  if (config.demonstration === null) {
    if (await nobodyIsEnrolled(server)) print('尚未登记任何人员，无人能够登录。请停止平台，用 npm run gongshu -- enrol <文件夹> 登记单位、岗位和首批管理员。')
    return
  }
  print('')
  print(`演示环境。账号公开，只在本机提供服务；全部账号的口令为 ${config.demonstration.password}`)
  const { organizations, persons } = await readCity(config.demonstration.cityDir)
  for (const { id, name } of organizations) {
    const here = persons.filter((person) => person.organization === id)
    print(`  ${name}：${here.map((person) => `${person.login}（${person.name}）`).join('　')}`)
  }
  if (space !== null) print(`参考对接平台（可信数据空间）：编号“${space}”，申请原始数据融合利用时照此填写。`)
  if (files.length === 0) return
  print('')
  print(`参考对接平台收件目录：${inbox}`)
  print('提供单位办理“数据提供”时，照抄下列行数和哈希值（SHA-256）：')
  for (const file of files) {
    print(`  ${file.name}　${file.title}`)
    print(`    数据表 ${file.dataset}　${file.rows} 行　${file.sha256}`)
    print(`    字段 ${file.fields.join('、')}`)
  }
}

async function nobodyIsEnrolled({ platform }: RunningServer): Promise<boolean> {
  return (await readingAsSystem(platform, (tx) => tx.selectFrom('person').select('id').limit(1).execute())).length === 0
}
