import { isIPv6 } from 'node:net';

/** Who an address stands for: one of IPv6 for its /64, since whoever has one has all 2^64 of them. */
export function addressOf(ip: string): string {
  if (!isIPv6(ip) || ip.includes('.')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const missing = ip.includes('::') ? 8 - front.length - back.length : 0;
  return [...front, ...Array<string>(missing).fill('0'), ...back].slice(0, 4).join(':');
}
