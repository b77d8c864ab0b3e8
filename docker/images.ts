// `npm run images`: builds hundredfold/predict and hundredfold/train, and says what is in them.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { bundledPackages } from './contents/bundled-packages.ts';
import { buildImage, EngineError, originOf, sizesOf } from './images/docker.ts';
import { type ImagesOptions, readOptions, USAGE } from './images/options.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Parts of a bundle that are named. */
const PARTS = 12;

async function buildAll(options: ImagesOptions): Promise<void> {
  const origin = await originOf(ROOT);
  console.log(`Hundredfold ${origin.version}, revision ${origin.revision}`);
  for (const program of options.programs) {
    const image = `hundredfold/${program}:${options.tag}`;
    const reports = path.join(ROOT, 'docker', 'built', program);
    await mkdir(reports, { recursive: true });
    const began = performance.now();
    console.log(`\n${image}: building …`);
    await buildImage(ROOT, program, origin, options, reports);
    const { id, all, own } = await sizesOf(image);
    console.log(`  built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    console.log(`  digest       ${id}`);
    console.log(`  own layers   ${megabytes(own)} of ${megabytes(all)}`);
    await describeBundle(reports);
    console.log(`  SBOM         ${path.relative(ROOT, path.join(reports, 'sbom.cdx.json'))}`);
  }
}

async function describeBundle(reports: string): Promise<void> {
  const metafile = JSON.parse(await readFile(path.join(reports, 'metafile.json'), 'utf8'));
  const packages = bundledPackages(metafile);
  const bundle = Object.entries(metafile.outputs).find(([name]) => name.endsWith('.mjs'));
  const { bytes = 0 } = (bundle?.[1] ?? {}) as { bytes?: number };
  const theirs = packages.reduce((sum, part) => sum + part.bytes, 0);
  console.log(
    `  bundle       ${megabytes(bytes)}, of which ours ${megabytes(bytes - theirs)}; the largest packages of ${packages.length}:`,
  );
  for (const part of packages.slice(0, PARTS)) {
    console.log(`    ${String(Math.round(part.bytes / 1000)).padStart(5)} kB  ${part.name}`);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

// Dockerfiles that copy for another architecture need it; older engines have it switched off.
process.env.DOCKER_BUILDKIT ??= '1';
try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(USAGE);
  else await buildAll(options);
} catch (error) {
  if (error instanceof TypeError) console.error(`${error.message}\n\n${USAGE}`);
  else console.error(error instanceof EngineError ? error.message : error);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
