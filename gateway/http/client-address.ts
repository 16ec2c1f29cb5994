import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';

/** Whether the peer at an address, so many hops from us, is a proxy of ours: then what it says in `X-Forwarded-For` is believed. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** @param proxies how many proxies stand before us, or their addresses and networks (CIDR). Empty: none. */
export function trustProxies(proxies: number | readonly string[]): TrustProxy {
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  return proxies.length === 0 ? () => false : proxyAddress.compile([...proxies]);
}

/** Where a request comes from. */
export function addressOf(request: IncomingMessage, trust: TrustProxy): string {
  return proxyAddress(request, trust);
}
