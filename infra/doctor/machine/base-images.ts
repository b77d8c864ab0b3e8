import { thrown } from '../../../services/cli/thrown.ts';
import { within } from '../../cost/template.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { Run } from './run.ts';

/** An image that ours are built from: what it is called, and for which machine it is wanted. */
export interface BaseImage {
  readonly name: string;
  /** `null`: for this machine's own, which any image that is there at all is for. */
  readonly architecture: string | null;
}

const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');
/** Lambda's words, and those of images. */
const MACHINES: Readonly<Record<string, string>> = { x86_64: 'amd64', arm64: 'arm64' };

/** Of a registry's name: where it is asked, and where a token for reading is had. `docker.io` has hosts of its own. */
export type Registries = (registry: string) => { readonly api: string; readonly token: string };

export const publicRegistries: Registries = (registry) =>
  registry === 'docker.io'
    ? {
        api: 'https://registry-1.docker.io',
        token: 'https://auth.docker.io/token?service=registry.docker.io&',
      }
    : { api: `https://${registry}`, token: `https://${registry}/token/?` };

/** Can the base be had from its registry for the architecture; or does the engine have it? */
export async function checkBase(
  { name, architecture }: BaseImage,
  run: Run,
  registries: Registries = publicRegistries,
): Promise<Finding> {
  const of = `image ${name}`;
  const wanted = architecture === null ? null : (MACHINES[architecture] ?? architecture);
  try {
    const offered = await architecturesOf(name, registries);
    if (wanted === null || offered.includes(wanted)) return ok(of, offered.join(', '));
    return problem(
      of,
      `is there for ${offered.join(', ')}, and not for ${wanted}`,
      'take another base (build argument BASE)',
    );
  } catch (error) {
    const local = await run('docker', ['image', 'inspect', '--format', '{{.Architecture}}', name]);
    const has = local.output.trim();
    if (local.status === 0 && (wanted === null || has === wanted))
      return ok(of, `the engine has it (${has})`);
    const why = thrown(thrown(error).cause ?? error).message;
    const beside = local.status === 0 ? `; the engine has it for ${has} alone` : '';
    return problem(
      of,
      `cannot be had: ${why}${beside}`,
      'is this machine on the internet? Behind a proxy, set HTTPS_PROXY for the engine',
    );
  }
}

async function architecturesOf(name: string, registries: Registries): Promise<string[]> {
  const { registry, repository, tag } = partsOf(name);
  const { api, token } = registries(registry);
  const signal = AbortSignal.timeout(15_000);
  const granted = await read(`${token}scope=${encodeURIComponent(`repository:${repository}:pull`)}`, {
    signal,
  });
  const index = await read(`${api}/v2/${repository}/manifests/${tag}`, {
    signal,
    headers: { accept: INDEXES, authorization: `Bearer ${String(within(granted, 'token'))}` },
  });
  const manifests = within(index, 'manifests');
  const offered = (Array.isArray(manifests) ? manifests : []).map((one) =>
    String(within(one, 'platform', 'architecture')),
  );
  return [...new Set(offered)].filter((one) => one !== 'unknown');
}

/** `node:24-slim` is `docker.io/library/node:24-slim`. */
function partsOf(name: string) {
  const [path = '', tag = 'latest'] = name.split(/:(?=[^/]*$)/);
  const [first = '', ...rest] = path.split('/');
  if (first.includes('.')) return { registry: first, repository: rest.join('/'), tag };
  return { registry: 'docker.io', repository: rest.length === 0 ? `library/${first}` : path, tag };
}

async function read(url: string, options: RequestInit): Promise<unknown> {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
  return response.json();
}
