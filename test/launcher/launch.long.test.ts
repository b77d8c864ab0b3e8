import { expect, test } from '@jest/globals';
import { olderNode } from '../support/older-node.ts';
import { startProcess } from '../support/process.ts';
import { describeWhere } from '../support/requirement.ts';
import { checkout } from './checkout.ts';

const older = olderNode();

describeWhere(older, 'the launcher on an older Node, with the real npm', () => {
  test.each(['false', 'true'])(
    'fetches a Node 24 that runs, ignore-scripts=%s',
    async (ignoreScripts) => {
      const repository = await checkout();
      const started = startProcess({
        command: older.node,
        args: ['bin/launch.js', 'entry.ts', '6'],
        cwd: repository.folder.path,
        env: {
          PATH: '/usr/local/bin:/usr/bin:/bin',
          npm_config_cache: `${repository.folder.path}/cache`,
          npm_config_ignore_scripts: ignoreScripts,
        },
      });
      expect(await started.closed).toEqual({ code: 6, signal: null });
      expect(started.output).toContain('running on v24.');
      await started.assertClean();
      await repository.folder.remove();
    },
    120_000,
  );
});
