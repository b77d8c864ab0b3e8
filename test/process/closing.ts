// Opens three things and closes them as it is told, for tests of the end: node closing.ts [hang|fail]
import { Shutdown } from '../../services/process/shutdown.ts';

const [behaviour] = process.argv.slice(2);
const write = (line: string) => {
  process.stdout.write(`${line}\n`);
};
const shutdown = new Shutdown({ report: write });
shutdown.listen();
shutdown.add('first', () => write('first closed'));
shutdown.add(
  'second',
  () => {
    if (behaviour === 'fail') throw new Error('it is stuck');
    return behaviour === 'hang' ? new Promise(() => {}) : undefined;
  },
  200,
);
shutdown.add('third', async () => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  write('third closed');
});
setInterval(() => {}, 1_000_000);
write('open');
