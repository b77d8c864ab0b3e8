import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  ChampionChangedError,
  type Claim,
  type Database,
  DefinitionChangedError,
  LeaseLostError,
  UnknownModelError,
} from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { definition, importLabels } from './fixture.ts';

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;
  let client: pg.Client;

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
    client = new pg.Client({ connectionString: place.connectionString });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await place.close();
  });

  async function trainable(name: string): Promise<number> {
    const { id } = await database.predictors.apply(definition(name), 's');
    await importLabels(database, id, [...Array(10).fill('a'), 'b']);
    return id;
  }

  async function claimed(name: string, seconds = 60): Promise<Claim> {
    const claim = await database.training.claim(name, seconds);
    if (claim === null) throw new Error('nothing to claim');
    return claim;
  }

  const model = (version: number, status: 'champion' | 'rejected' = 'champion', signature = 's') => ({
    version,
    status,
    revision: 1,
    signature,
    learner: 'prior',
    settings: {},
    examples: 11,
    metrics: { accuracy: 0.9 },
    sha256: 'a'.repeat(64),
    key: `models/x/${version}/a`,
    size: 10,
    code_version: '0.1.0',
  });

  const verdict = (changes: Partial<Parameters<Database['training']['finish']>[1]>) => ({
    verdict: 'promoted' as const,
    reason: 'because',
    fingerprint: 'f',
    judgement: null,
    champion: null,
    model: null,
    learned: '{[1,3)}',
    learnedLabels: '{}',
    ...changes,
  });

  describe('claiming a training', () => {
    test('one of ten trainers gets it', async () => {
      await trainable('ten');
      const claims = await Promise.all(Array.from({ length: 10 }, () => database.training.claim('ten', 60)));
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    });

    test('the newest request carries the verdict, the others are merged into it', async () => {
      const id = await trainable('merge');
      await database.retrainings.request(id);
      const newest = await database.retrainings.request(id);
      const claim = await claimed('merge');
      expect(Number(claim.id)).toBe(newest.id);
      await database.training.finish(claim, verdict({ verdict: 'undecided' }));
      const { rows } = await database.retrainings.list(id, { limit: 10, cursor: null });
      expect(rows.map(({ verdict: v, reason }) => [v, reason])).toEqual([
        ['undecided', 'because'],
        ['unchanged', `merged into ${newest.id}`],
        ['unchanged', `merged into ${newest.id}`],
      ]);
    });

    test('a trainer whose lease ran out cannot publish, and the one after it can', async () => {
      await trainable('late');
      const slow = await claimed('late', 0);
      const quick = await claimed('late');
      expect(BigInt(quick.token)).toBeGreaterThan(BigInt(slow.token));
      const version = await database.training.reserveVersion(quick);
      await expect(database.training.finish(slow, verdict({ model: model(1) }))).rejects.toBeInstanceOf(
        LeaseLostError,
      );
      await expect(database.training.renew(slow, 60, null)).rejects.toBeInstanceOf(LeaseLostError);
      await database.training.finish(quick, verdict({ model: model(version) }));
      expect((await database.predictors.state('late'))?.champion).toMatchObject({ model: version });
    });

    test('a training given back is claimed again', async () => {
      await trainable('back');
      const first = await claimed('back');
      await database.training.release(first);
      expect((await claimed('back')).id).toBe(first.id);
    });
  });

  describe('publishing a model', () => {
    test('registers it, makes it champion and raises the change in one go', async () => {
      const id = await trainable('publish');
      const before = await database.predictors.state('publish');
      await database.training.finish(await claimed('publish'), verdict({ model: model(1) }));
      const after = await database.predictors.state('publish');
      expect(after?.champion).toMatchObject({ model: 1, sha256: 'a'.repeat(64) });
      expect(after?.change).toBeGreaterThan(before?.change ?? 0);
      expect((await database.models.find(id, 1))?.status).toBe('champion');
    });

    test('is refused when the inputs changed meanwhile; nothing is written', async () => {
      const id = await trainable('changed');
      const claim = await claimed('changed');
      await database.predictors.apply(definition('changed', { inputs: { other: { type: 'text' } } }), 's2');
      await expect(database.training.finish(claim, verdict({ model: model(1) }))).rejects.toBeInstanceOf(
        DefinitionChangedError,
      );
      expect(await database.models.find(id, 1)).toBeNull();
    });

    test('is refused when somebody changed the champion while it was judged', async () => {
      const id = await trainable('rolled-back');
      await database.training.finish(await claimed('rolled-back'), verdict({ model: model(1) }));
      await database.retrainings.request(id);
      await database.training.finish(await claimed('rolled-back'), verdict({ model: model(2), champion: 1 }));
      await database.retrainings.request(id);
      const claim = await claimed('rolled-back');
      await database.models.promote(id, 1);
      await expect(
        database.training.finish(claim, verdict({ model: model(3), champion: 2 })),
      ).rejects.toBeInstanceOf(ChampionChangedError);
      await database.training.finish(
        claim,
        verdict({ verdict: 'undecided', model: model(3, 'rejected'), champion: 2 }),
      );
      const { rows } = await database.models.list(id, { limit: 10, cursor: null });
      expect(rows.map(({ version, status }) => [version, status])).toEqual([
        [3, 'rejected'],
        [2, 'retired'],
        [1, 'champion'],
      ]);
    });

    test('an unknown model, or one of another definition, cannot be promoted', async () => {
      const id = await trainable('promote');
      await database.training.finish(await claimed('promote'), verdict({ model: model(1) }));
      await expect(database.models.promote(id, 9)).rejects.toBeInstanceOf(UnknownModelError);
      const { championLost } = await database.predictors.apply(
        definition('promote', { inputs: { other: { type: 'text' } } }),
        's2',
      );
      expect(championLost).toBe(true);
      await expect(database.models.promote(id, 1)).rejects.toBeInstanceOf(DefinitionChangedError);
    });

    test('rows it learned from are known one by one, and an erased one flags it', async () => {
      const id = await trainable('lineage');
      await database.training.finish(await claimed('lineage'), verdict({ model: model(1) }));
      const row = { ...(await import('./fixture.ts')).answered(id) };
      await database.predictions.record([row]);
      const { rows } = await client.query('select row_id from hundredfold.predictions where id = $1', [
        row.id,
      ]);
      await client.query(
        `update hundredfold.models set learned = int8multirange(int8range($1::bigint, $1::bigint, '[]')) where predictor_id = $2`,
        [rows[0].row_id, id],
      );
      await database.predictions.erase(row.id);
      expect((await database.models.find(id, 1))?.erased).toBe(1);
    });
  });

  describe('dispatching', () => {
    test('invokes the train function once per predictor, and not again while that is on its way', async () => {
      await trainable('dispatch');
      await database.retrainings.setTrainFunction('local');
      const heard: string[] = [];
      client.on('notification', ({ payload }) => heard.push(payload ?? ''));
      await client.query('listen aws_lambda');
      await Promise.all(Array.from({ length: 8 }, () => database.retrainings.dispatch()));
      await client.query('select 1');
      const mine = heard
        .map((text) => JSON.parse(text))
        .filter(({ payload }) => payload.predictor === 'dispatch');
      expect(mine).toHaveLength(1);
      expect(mine[0].function).toBe('local');
      expect(await database.predictors.describe('dispatch')).toMatchObject({
        lastRetraining: { status: 'dispatched' },
      });
    });

    test('a function that cannot be invoked leaves the request pending, with the error beside it', async () => {
      await trainable('unreachable');
      await client.query('alter function aws_lambda.invoke rename to invoke_away');
      await database.retrainings.dispatch();
      await client.query('alter function aws_lambda.invoke_away rename to invoke');
      expect(await database.predictors.describe('unreachable')).toMatchObject({
        lastRetraining: { status: 'requested', lastError: expect.stringContaining('aws_lambda.invoke') },
      });
      await database.retrainings.sweep();
      expect(await database.predictors.describe('unreachable')).toMatchObject({
        lastRetraining: { status: 'dispatched', lastError: null },
      });
    });

    test('a training that died three times fails for good, and says so', async () => {
      await trainable('dies');
      for (let death = 1; death <= 3; death++) {
        await claimed('dies', 0);
        await database.retrainings.sweep();
      }
      expect(await database.predictors.describe('dies')).toMatchObject({
        lastRetraining: {
          status: 'finished',
          verdict: 'failed',
          reason: expect.stringContaining('died 3 times'),
        },
      });
    });
  });
});
