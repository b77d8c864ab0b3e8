import type { Metafile } from 'esbuild';

/** A package that is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  /** Relative to the repository: `node_modules/pg`. */
  readonly folder: string;
  /** Of the bundle. */
  readonly bytes: number;
}

const PACKAGE = /^(?<folder>(?:.*\/)?node_modules\/(?<name>(?:@[^/]+\/)?[^/]+))\//;

/** The packages of which a bundle holds anything, the largest part first. */
export function bundledPackages(metafile: Metafile): BundledPackage[] {
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = PACKAGE.exec(file)?.groups?.folder;
      if (folder !== undefined && bytesInOutput > 0) {
        bytes.set(folder, (bytes.get(folder) ?? 0) + bytesInOutput);
      }
    }
  }
  return [...bytes]
    .map(([folder, size]) => ({
      name: PACKAGE.exec(`${folder}/`)?.groups?.name ?? folder,
      folder,
      bytes: size,
    }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.folder < b.folder ? -1 : 1));
}
