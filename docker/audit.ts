// `npm run audit`: asks the registry for known faults of what is deployed. Exits 1 for a high or critical one.
import { execFile } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Each with a lock of its own. The last builds the others, and is in no image. */
const FOLDERS = ['.', 'infra', 'docker'];
const GRAVE = ['high', 'critical'];

/** What `npm audit --json` says, as far as it is read here. */
interface Audit {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
  readonly message?: string;
}

function audit(folder: string): Promise<Audit> {
  return new Promise((resolve) => {
    const options = { cwd: path.join(ROOT, folder), maxBuffer: 64 * 1024 * 1024, timeout: 120_000 };
    execFile('npm', ['audit', '--omit=dev', '--json'], options, (error, stdout) => {
      try {
        resolve(JSON.parse(stdout) as Audit);
      } catch {
        resolve({ message: error?.message ?? 'npm audit said nothing' });
      }
    });
  });
}

let grave = 0;
for (const folder of FOLDERS) {
  const { vulnerabilities, message } = await audit(folder);
  const place = folder === '.' ? 'package-lock.json' : `${folder}/package-lock.json`;
  if (vulnerabilities === undefined) {
    console.log(`${place}: skipped, since the registry answers no audits: ${message ?? 'no reason given'}`);
    continue;
  }
  const found = Object.entries(vulnerabilities);
  console.log(
    `${place}: ${found.length === 0 ? 'nothing known' : `${found.length} packages with known faults`}`,
  );
  for (const [name, { severity }] of found) console.log(`  ${severity}: ${name}`);
  grave += found.filter(([, { severity }]) => GRAVE.includes(severity)).length;
}
process.exitCode = grave === 0 ? 0 : 1;
