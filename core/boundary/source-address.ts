/** Which addresses the platform may call to fetch data for a provider: those that the system administrator listed, and no address that leads back to itself. */
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'

export interface SourceAddress {
  host: string
  port: number
}

/** How a host is written: a name or an address, without scheme, account, path or port. */
const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$|^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i

export function isHost(text: string): boolean {
  return HOST.test(text)
}

/**
 * Whether an address may be called. `resolved` are the network addresses behind the host, as they were found just before.
 * Loopback is right in the demonstration only; link-local addresses (where clouds keep their secrets), multicast and
 * "this host" never are. Private networks are where government sources lie: the list decides about them.
 */
export function addressRefusal(address: SourceAddress, resolved: readonly string[], allowed: readonly SourceAddress[], demonstration: boolean): Refusal | null {
  const { host, port } = address
  if (!isHost(host)) return refuse('source-host-must-be-plain', null, '主机应为域名或者 IP 地址，不含协议、账号、端口和路径。', '请更正主机。')
  if (!allowed.some((one) => one.port === port && one.host.toLowerCase() === host.toLowerCase())) {
    return refuse('source-host-must-be-allowed', null, `平台没有获准访问 ${host}:${port}。`, '请联系系统管理员核实后，将该主机和端口列入许可名单。')
  }
  if (resolved.length === 0) return refuse('source-host-must-be-known', null, `找不到主机“${host}”。`, '请核对主机的写法，或者联系系统管理员检查域名解析。')
  const wrong = resolved.find((one) => isForbidden(one) || (isLoopback(one) && !demonstration))
  if (wrong === undefined) return null
  return refuse('source-host-must-not-be-the-platform', null, `主机“${host}”指向本机或者保留的地址，平台不予访问。`, '请填写数据源自己的地址。')
}

function isLoopback(address: string): boolean {
  const plain = unmapped(address)
  return plain === '::1' || plain.startsWith('127.')
}

function isForbidden(address: string): boolean {
  const plain = unmapped(address)
  if (plain.includes(':')) return /^(?:::$|fe[89ab]|ff)/.test(plain)
  const [first = 0] = plain.split('.').map(Number)
  return first === 0 || first >= MULTICAST_FROM || plain.startsWith('169.254.')
}

/** unit: first byte of an IPv4 address; source: RFC 5771 (224.0.0.0/4 multicast), RFC 1112 (240.0.0.0/4 reserved) */
const MULTICAST_FROM = 224

/** An IPv4 address as it may stand within IPv6. */
function unmapped(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
}
