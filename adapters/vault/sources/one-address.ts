/**
 * Connections to the one address that a source's name was found to stand for when it was judged. Asked again, a name may
 * answer with another address: the platform's own, or that of a cloud's secrets. The name stays for TLS and for the store.
 */
import { Socket, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'

/** Answers every name with the judged address. */
export function lookupOf(address: string): LookupFunction {
  const family = isIP(address)
  if (family === 0) throw new TypeError('a judged address is an IP address')
  return (_name, options, answer) => (options.all === true ? answer(null, [{ address, family }]) : answer(null, address, family))
}

/** A connection under way to the place that a URL names, at the judged address. */
export function connectedTo(url: string, address: string, usualPort: number): Socket {
  const { hostname, port } = new URL(url)
  return new SocketToAddress(address).connect(port === '' ? usualPort : Number(port), hostOf(hostname))
}

/** For a library that connects a socket itself, by port and name. */
export class SocketToAddress extends Socket {
  readonly #address: string
  constructor(address: string) {
    super()
    this.#address = address
  }

  override connect(...where: unknown[]): this {
    const [port, host] = where
    // A socket of this machine's file system has no name that could change.
    if (typeof port !== 'number') return super.connect(String(port))
    const socket = super.connect({ port, host: String(host), lookup: lookupOf(this.#address) })
    // Of a socket that is handed to it, TLS takes the name for the certificate from here. Node writes no address there, and would
    // then believe a certificate for "localhost".
    return Object.assign(socket, { _host: hostOf(String(host)) })
  }
}

/** An IPv6 address without the brackets of a URL. */
function hostOf(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
