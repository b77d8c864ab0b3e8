// Part of `npm run lint`: imports go one way between the rooms, and between the folders in them.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A room, and of which others it may import. */
export type Rooms = Readonly<Record<string, readonly string[]>>;

interface Import {
  readonly file: string;
  readonly line: number;
  readonly imported: string;
}

const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*'(\.{1,2}\/[^']+)'/g;

/**
 * What is wrong with the imports below `root`, a line each: a room that imports one that it may not, a room of the table that
 * is no folder, a folder that imports what imports it, be it in several steps and however deep.
 */
export function faults(root: string, rooms: Rooms): string[] {
  const named = new Set([...Object.keys(rooms), ...Object.values(rooms).flat()]);
  const missing = [...named].filter((room) => globSync(`${room}/`, { cwd: root }).length === 0);
  const imports = Object.keys(rooms).flatMap((room) => importsOf(root, room));
  const upward = imports.flatMap(({ file, line, imported }) => {
    const [from, to] = [roomOf(file, rooms), roomOf(imported, rooms)];
    if (from === null || to === null || from === to || rooms[from]?.includes(to)) return [];
    return [`${file}:${line} imports ${imported}: ${from} may import of ours ${list(rooms[from] ?? [])}.`];
  });
  return [
    ...missing.map((room) => `services/rooms.json names ${room}, which is no folder.`),
    ...upward,
    ...circles(imports),
  ];
}

function list(rooms: readonly string[]): string {
  return rooms.length === 0 ? 'nothing' : rooms.join(', ');
}

function importsOf(root: string, room: string): Import[] {
  const files = globSync(`${room}/**/*.ts`, { cwd: root, exclude: (name) => name.includes('node_modules') });
  return files.flatMap((name) => {
    const file = name.split(path.sep).join('/');
    const text = readFileSync(path.join(root, file), 'utf8');
    return [...text.matchAll(IMPORT)].map(({ index, 1: place = '' }) => ({
      file,
      line: text.slice(0, index).split('\n').length,
      imported: path.posix.join(path.posix.dirname(file), place),
    }));
  });
}

function roomOf(file: string, rooms: Rooms): string | null {
  return Object.keys(rooms).find((room) => file.startsWith(`${room}/`)) ?? null;
}

/** At every depth, the folders and files of one folder that import each other in a circle. */
function circles(imports: readonly Import[]): string[] {
  const graphs = new Map<string, Map<string, Map<string, string>>>();
  for (const { file, line, imported } of imports) {
    const [from, to] = [file.split('/'), imported.split('/')];
    let depth = 0;
    while (from[depth] === to[depth] && depth < from.length) depth++;
    const folder = from.slice(0, depth).join('/');
    const [a, b] = [from.slice(0, depth + 1).join('/'), to.slice(0, depth + 1).join('/')];
    const graph = graphs.get(folder) ?? new Map<string, Map<string, string>>();
    const out = graph.get(a) ?? new Map<string, string>();
    out.set(b, `${file}:${line}`);
    graphs.set(folder, graph.set(a, out));
  }
  return [...graphs.values()].flatMap((graph) => {
    const circle = circleOf(graph);
    if (circle === null) return [];
    const steps = circle.map((from, i) => {
      const to = circle[(i + 1) % circle.length] ?? '';
      return `${from} imports ${to} (${graph.get(from)?.get(to)})`;
    });
    return [`${steps.join(', ')}: one of these has to go.`];
  });
}

function circleOf(graph: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] | null {
  const done = new Set<string>();
  const look = (node: string, above: readonly string[]): string[] | null => {
    const at = above.indexOf(node);
    if (at >= 0) return above.slice(at);
    if (done.has(node)) return null;
    for (const next of graph.get(node)?.keys() ?? []) {
      const found = look(next, [...above, node]);
      if (found !== null) return found;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const found = look(node, []);
    if (found !== null) return found;
  }
  return null;
}

if (process.argv[1] === import.meta.filename) {
  const root = path.resolve(import.meta.dirname, '../..');
  const rooms: Rooms = JSON.parse(readFileSync(path.join(root, 'services/rooms.json'), 'utf8'));
  const found = faults(root, rooms);
  for (const fault of found) console.error(fault);
  process.exitCode = found.length === 0 ? 0 : 1;
}
