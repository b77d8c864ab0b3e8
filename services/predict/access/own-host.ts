import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { Problem } from '../../api/problem.ts';
import { isLoopback } from './loopback.ts';

/** Hosts that were found to be ours: clients name the same one in every request. */
const ours = new Set<string>();
/** More than anybody's machine has names for. */
const MOST_KNOWN = 100;

/**
 * Where no key is asked for, a request has to name this machine. A page of any site can have its own name resolved to
 * 127.0.0.1 and then calls us as its own server (DNS rebinding); its name gives it away, in `host`, and in `origin`
 * where a page calls another server. @throws Problem `host_unknown`
 */
export function expectOwnHost({ host, origin }: IncomingHttpHeaders): void {
  // An address cannot be made to mean another machine, as a name can.
  if (host !== undefined && !ours.has(host)) {
    if (!(isOwn(`http://${host}`) || isIP(hostOf(`http://${host}`)) !== 0)) throw unknown(host);
    if (ours.size < MOST_KNOWN) ours.add(host);
  }
  if (origin !== undefined && !isOwn(origin)) throw unknown(origin);
}

function isOwn(url: string): boolean {
  return isLoopback(hostOf(url));
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
}

function unknown(name: string): Problem {
  return new Problem(
    'host_unknown',
    `Without API keys this server answers its own machine only, and not ${name.slice(0, 100)}: make an admin key with \`hundredfold keys add admin\`, and send it.`,
  );
}
