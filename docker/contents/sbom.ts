import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

/** As far as it is read here: CycloneDX 1.5, https://cyclonedx.org/docs/1.5/json/ */
interface Sbom {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

export interface SbomOptions {
  /** Of the repository, with the packages installed. */
  readonly folder: string;
  readonly program: string;
  readonly version: string;
  readonly packages: readonly BundledPackage[];
  /** Seconds since 1970. */
  readonly time: number;
}

/**
 * The bill of materials of a bundle, as JSON: what `npm sbom` says of the lock, reduced to the packages of which the
 * bundle holds anything. Its number is made of its content, so that the same sources give the same bytes.
 */
export function sbomOf({ folder, program, version, packages, time }: SbomOptions): string {
  const locked = lockedPackages(folder);
  const inside = new Set(packages.map((one) => refOf(path.join(folder, one.folder))));
  const components = locked.components.filter((component) => inside.has(component['bom-ref']));
  if (components.length !== inside.size) {
    const known = new Set(components.map((component) => component['bom-ref']));
    throw new Error(`npm sbom does not know ${[...inside].filter((ref) => !known.has(ref)).join(', ')}`);
  }
  const dependencies = locked.dependencies
    .filter(({ ref }) => inside.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => inside.has(other)) }));
  const content = {
    metadata: {
      timestamp: new Date(time * 1000).toISOString(),
      component: { type: 'container', name: `hundredfold/${program}`, version },
    },
    components,
    dependencies,
  };
  return JSON.stringify({
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuidOf(content)}`,
    version: 1,
    ...content,
  });
}

function lockedPackages(folder: string): Sbom {
  // All of the lock: with --omit=dev npm leaves out what development and production share.
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(text) as Sbom;
}

/** As npm calls a package in a bill of materials. */
function refOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return `${name}@${version}`;
}

function uuidOf(content: object): string {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return `${parts.join('-')}-${hex.slice(20, 32)}`;
}
