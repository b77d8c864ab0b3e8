import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';

/**
 * The way from one process to PostgreSQL, which can fail as networks do. `whole`: all passes. `deaf`: what is asked
 * arrives and is carried out, the answers do not come. `cut`: connections break, and new ones are refused.
 */
export type WireState = 'whole' | 'deaf' | 'cut';

interface Pair {
  readonly near: net.Socket;
  readonly far: net.Socket;
  /** An answer was lost on it: nothing that comes after could be understood. */
  deaf: boolean;
}

/** A socket that passes everything on to PostgreSQL's own, as its state allows. */
export class Wire {
  /** The same database as the one given, by this way. */
  readonly connectionString: string;
  readonly #folder: TemporaryFolder;
  readonly #door: net.Server;
  readonly #pairs = new Set<Pair>();
  #state: WireState = 'whole';

  private constructor(connectionString: string, folder: TemporaryFolder, door: net.Server) {
    this.connectionString = connectionString;
    this.#folder = folder;
    this.#door = door;
  }

  static async open(connectionString: string): Promise<Wire> {
    const folder = await temporaryFolder();
    const url = new URL(connectionString);
    const name = `.s.PGSQL.${url.port || '5432'}`;
    const target = path.join(decodeURIComponent(url.hostname), name);
    url.hostname = encodeURIComponent(folder.path);
    const door = net.createServer((near) => wire.#connect(near, target));
    const wire = new Wire(url.href, folder, door);
    door.listen(path.join(folder.path, name));
    await once(door, 'listening');
    return wire;
  }

  set(state: WireState): void {
    this.#state = state;
    for (const pair of [...this.#pairs]) {
      if (state === 'cut' || (state === 'whole' && pair.deaf)) this.#break(pair);
      else pair.deaf = state === 'deaf';
    }
  }

  async close(): Promise<void> {
    this.set('cut');
    await new Promise((resolve) => this.#door.close(resolve));
    await this.#folder.remove();
  }

  #connect(near: net.Socket, target: string): void {
    if (this.#state === 'cut') {
      near.destroy();
      return;
    }
    const far = net.connect(target);
    const pair: Pair = { near, far, deaf: this.#state === 'deaf' };
    this.#pairs.add(pair);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      if (!pair.deaf) near.write(chunk);
    });
    for (const socket of [near, far]) {
      socket.on('error', () => this.#break(pair));
      socket.on('close', () => this.#break(pair));
    }
  }

  #break(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.near.destroy();
    // What was sent on its way still arrives.
    pair.far.end();
    pair.far.resume();
  }
}
