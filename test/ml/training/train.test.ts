import { describe, expect, test } from '@jest/globals';
import { type Example, readModel, type TrainingInput, train } from '../../../services/ml/index.ts';
import { decodeSafeTensors, encodeSafeTensors } from '../../../services/ml/model/safetensors.ts';
import { readBack } from '../../../services/ml/training/read-back.ts';
import {
  firstModel,
  labelDefinition,
  labelExamples,
  numberDefinition,
  numberExamples,
} from '../model/small-model.ts';

const asked: Omit<TrainingInput, 'examples'> = {
  definition: labelDefinition,
  revision: 1,
  champion: null,
  seed: 1,
  codeVersion: '0.0.0-test',
};

const seen = (examples: readonly Example[]) => examples.map((example) => ({ ...example, seen: true }));

describe('the first model', () => {
  test('is promoted with its figures from rows that it did not see', async () => {
    const { verdict, reason, metrics, judgement } = await train({ ...asked, examples: labelExamples() });
    expect(verdict).toBe('promoted');
    expect(reason).toMatch(
      /^First model: better than the most frequent answer, log-loss 0\.\d+ against 1\.3/,
    );
    expect(metrics).toMatchObject({ rows: 80 });
    expect(metrics !== null && 'accuracy' in metrics && metrics.accuracy).toBeGreaterThan(0.8);
    expect(judgement).toBeNull();
  });

  test('answers every row alike where the inputs say nothing, and says why', async () => {
    const noise = Array.from({ length: 80 }, (_, r) => ({
      inputs: { age: r },
      target: r % 2 === 0 ? 'a' : 'b',
    }));
    const { verdict, reason, artifact } = await train({ ...asked, examples: noise });
    expect(verdict).toBe('promoted');
    expect(artifact?.head.recipe.learner).toBe('prior');
    expect(reason).toMatch(/does not beat the most frequent answer/);
    const model = readModel(artifact?.bytes ?? new Uint8Array());
    expect(model.answer({ age: 3 })).toEqual(model.answer({}));
  });

  test.each([
    ['one label only', labelExamples().map(({ inputs }) => ({ inputs, target: 'same' }))],
    ['equal inputs only', labelExamples().map(({ target }) => ({ inputs: { query: 'x' }, target }))],
    ['nothing but missing values', labelExamples().map(({ target }) => ({ inputs: {}, target }))],
    ['two rows', labelExamples(0, 2)],
    ['one row', labelExamples(0, 1)],
  ])('can be trained on %s', async (_, examples) => {
    const { artifact, verdict } = await train({ ...asked, examples });
    expect(verdict).toBe('promoted');
    const answer = readModel(artifact?.bytes ?? new Uint8Array()).answer({ query: 'new' });
    if (!('suggestions' in answer)) throw new Error('labels were asked for');
    expect(answer.suggestions.reduce((sum, { probability }) => sum + probability, 0)).toBeGreaterThan(0.5);
  });

  test('of a number beats the median, and its interval holds nine of ten rows out of fold', async () => {
    const examples = numberExamples();
    const { artifact, reason } = await train({ ...asked, definition: numberDefinition, examples });
    expect(reason).toMatch(/better than the median, mean absolute error/);
    const model = readModel(artifact?.bytes ?? new Uint8Array());
    const later = numberExamples(80, 280);
    const held = later.filter(({ inputs, target }) => {
      const answer = model.answer(inputs);
      return (
        'interval' in answer &&
        Number(target) >= answer.interval.low &&
        Number(target) <= answer.interval.high
      );
    });
    expect(held.length / later.length).toBeGreaterThan(0.8);
  });

  test('refuses no examples, and targets of another kind', async () => {
    await expect(train({ ...asked, examples: [] })).rejects.toMatchObject({ code: 'no_examples' });
    await expect(train({ ...asked, examples: numberExamples() })).rejects.toMatchObject({
      code: 'bad_target',
    });
    const definition = numberDefinition;
    await expect(train({ ...asked, definition, examples: labelExamples() })).rejects.toMatchObject({
      code: 'bad_target',
    });
  });
});

describe('the bytes of a model', () => {
  test('are the same whatever the order of the examples, and for every run', async () => {
    const one = await firstModel('label');
    const other = await firstModel('label', labelExamples().reverse());
    expect(other.sha256).toBe(one.sha256);
    expect((await firstModel('number', numberExamples().reverse())).sha256).toBe(
      (await firstModel('number')).sha256,
    );
  });

  test('differ with a target, a missing value, the seed', async () => {
    const examples = labelExamples();
    const { sha256 } = await firstModel('label');
    const [first, ...rest] = examples;
    const changed = await firstModel('label', [{ inputs: first?.inputs ?? {}, target: 'sales' }, ...rest]);
    expect(changed.sha256).not.toBe(sha256);
    expect((await firstModel('label', rest)).sha256).not.toBe(sha256);
    const { artifact } = await train({ ...asked, seed: 2, examples });
    expect(artifact?.sha256).not.toBe(sha256);
  });
});

describe('what was made is read back before anybody gets it:', () => {
  test('bytes that no reader takes are refused', async () => {
    const artifact = await firstModel('label');
    const damaged = { ...artifact, bytes: artifact.bytes.slice(0, -1) };
    expect(() => readBack(damaged, [{ query: 'x' }])).toThrow(
      expect.objectContaining({
        code: 'unreadable_model',
        message: expect.stringContaining('cannot be used'),
      }),
    );
    expect(readBack(artifact, [{ query: 'x' }])).toBe(artifact);
  });

  test('so is a model whose answers are no numbers', async () => {
    const { head, bytes } = await firstModel('number');
    const { metadata, tensors } = decodeSafeTensors(bytes);
    const weights = tensors['learner.weights'];
    if (weights?.dtype !== 'F64') throw new Error('a number has weights of double precision');
    weights.data.fill(1.7e308);
    const overflowing = encodeSafeTensors({ metadata, tensors });
    expect(() =>
      readBack(
        { head, bytes: overflowing, sha256: '' },
        numberExamples().map(({ inputs }) => inputs),
      ),
    ).toThrow(expect.objectContaining({ code: 'unreadable_model' }));
  });
});

describe('a retraining', () => {
  test('with nothing new is unchanged: no fit, no artifact', async () => {
    const champion = readModel((await firstModel('label')).bytes);
    const steps: string[] = [];
    const outcome = await train({
      ...asked,
      champion,
      examples: seen(labelExamples()).reverse(),
      report: ({ step }) => steps.push(step),
    });
    expect(outcome).toMatchObject({ verdict: 'unchanged', artifact: null, judgement: null });
    expect(outcome.fingerprint).toBe(champion.head.fingerprint);
    expect(steps).toEqual([]);
  });

  test('reuses the recorded settings until the examples have grown by half', async () => {
    const champion = readModel((await firstModel('label')).bytes);
    const grown = async (to: number) => {
      const steps = new Set<string>();
      const examples = [...seen(labelExamples()), ...labelExamples(80, to)];
      const { artifact } = await train({
        ...asked,
        champion,
        examples,
        report: ({ step }) => steps.add(step),
      });
      return { chosenOn: artifact?.head.chosenOn, steps: [...steps] };
    };
    expect(await grown(119)).toEqual({ chosenOn: 80, steps: ['cross-fit', 'fit'] });
    expect(await grown(120)).toEqual({ chosenOn: 120, steps: ['settings', 'cross-fit', 'fit'] });
  });

  test('judges on the unseen rows alone, and writes the challenger whatever the verdict', async () => {
    const champion = readModel((await firstModel('label')).bytes);
    const examples = [...seen(labelExamples()), ...labelExamples(80, 115)];
    const { judgement, artifact, verdict } = await train({ ...asked, champion, examples });
    expect(judgement?.rows).toBe(35);
    expect(verdict).toBe(judgement?.verdict);
    expect(artifact?.head.examples).toBe(115);
  });

  test('promotes a challenger that can say a label which the champion cannot', async () => {
    const champion = readModel((await firstModel('label')).bytes);
    const news = Array.from({ length: 60 }, (_, r) => ({
      inputs: { query: `broken pipe ${r}`, colour: 'green' },
      target: 'plumbing',
    }));
    const { verdict, judgement } = await train({
      ...asked,
      champion,
      examples: [...seen(labelExamples()), ...news],
    });
    expect(verdict).toBe('promoted');
    expect(judgement).toMatchObject({ rows: 60, champion: { correct: 0 }, challenger: { correct: 60 } });
  });

  test("learns from the model's own guesses, but neither measures nor judges by them", async () => {
    const champion = readModel((await firstModel('label')).bytes);
    const guesses = labelExamples(80, 115).map((example) => ({ ...example, judged: false }));
    const outcome = await train({ ...asked, champion, examples: [...seen(labelExamples()), ...guesses] });
    expect(outcome.judgement?.rows).toBe(0);
    expect(outcome.metrics?.rows).toBe(80);
    expect(outcome.artifact?.head.examples).toBe(115);
  });

  test('of a number is judged by absolute error', async () => {
    const champion = readModel((await firstModel('number')).bytes);
    const examples = [...seen(numberExamples()), ...numberExamples(80, 119)];
    const { judgement } = await train({ ...asked, definition: numberDefinition, champion, examples });
    expect(judgement).toMatchObject({ rows: 39, champion: { mae: expect.any(Number) } });
  });

  test('tells how both did on inputs that repeat and on new ones', async () => {
    const champion = readModel((await firstModel('label')).bytes);
    const again = labelExamples(0, 40).map(({ inputs, target }) => ({ inputs, target }));
    const examples = [...seen(labelExamples()), ...again, ...labelExamples(80, 115)];
    const { judgement, metrics } = await train({ ...asked, champion, examples });
    expect(judgement).toMatchObject({ rows: 75, seen: { champion: { correct: 40 } }, new: { rows: 35 } });
    expect(judgement).toMatchObject({ seen: { rows: 40, challenger: { correct: 40 } } });
    // All but the seen rows that were lent to the fit which answers the same inputs: one of five pairs.
    expect(metrics?.rows).toBeGreaterThan(140);
  });

  describe('against a champion that learned from rows which are gone', () => {
    const champion = async () => readModel((await firstModel('label')).bytes);
    const kept = seen(labelExamples(0, 40));

    test('is promoted where no unseen row speaks for it, with settings of its own, and says so', async () => {
      const outcome = await train({ ...asked, champion: await champion(), examples: kept });
      expect(outcome).toMatchObject({
        verdict: 'promoted',
        judgement: { verdict: 'promoted', rows: 0, reason: outcome.reason },
        artifact: { head: { examples: 40, chosenOn: 40 } },
      });
      expect(outcome.reason).toMatch(
        /^40 of the 80 rows that the champion learned from are no longer there to learn from, and no unseen row speaks for it: the champion makes way\. The challenger: better than the most frequent answer, log-loss /,
      );
    });

    test('is promoted where unseen rows do not tell, and their figures are told', async () => {
      const examples = [...kept, ...labelExamples(80, 100)];
      const { verdict, reason } = await train({ ...asked, champion: await champion(), examples });
      expect(verdict).toBe('promoted');
      expect(reason).toMatch(
        /on 20 unseen rows the challenger is not surely worse \(right on \d+ against \d+\)/,
      );
    });

    test('stays a challenger where it is surely worse on unseen rows', async () => {
      const noise = seen(
        labelExamples(0, 40).map((example, r) => ({ ...example, target: `noise ${r % 4}` })),
      );
      const few = labelExamples(80, 115);
      const { verdict } = await train({ ...asked, champion: await champion(), examples: [...noise, ...few] });
      expect(verdict).toBe('kept');
    });

    test('is judged as ever where a single row of many is gone and more unseen ones speak', async () => {
      const many = readModel((await firstModel('label', labelExamples(0, 120))).bytes);
      const one = seen(labelExamples(1, 120));
      const unseen = labelExamples(120, 122);
      const examples = [...one, ...unseen];
      expect(await train({ ...asked, champion: many, examples })).toMatchObject({ verdict: 'undecided' });
      expect(await train({ ...asked, champion: many, examples: one })).toMatchObject({ verdict: 'promoted' });
    });

    test('gives the most frequent answer where nothing can be learned from what is left', async () => {
      const noise = seen(
        Array.from({ length: 40 }, (_, r) => ({
          inputs: { query: `q ${r % 20}` },
          target: r < 20 ? 'a' : 'b',
        })),
      );
      const outcome = await train({ ...asked, champion: await champion(), examples: noise });
      expect(outcome).toMatchObject({
        verdict: 'promoted',
        artifact: { head: { recipe: { learner: 'prior' } } },
      });
      expect(outcome.reason).toContain('what was learned does not beat the most frequent answer');
    });

    test('is made although the same rows were looked at before, when the champion stayed', async () => {
      const known = await champion();
      const { fingerprint } = await train({ ...asked, champion: known, examples: kept });
      const before = (verdict: string) => ({ id: 7, fingerprint, verdict });
      const again = (verdict: string) =>
        train({ ...asked, champion: known, examples: kept, judgedBefore: before(verdict) });
      expect(await again('undecided')).toMatchObject({ verdict: 'promoted' });
      expect(await again('kept')).toMatchObject({ verdict: 'unchanged' });
    });

    test('of a number is promoted by the same rule', async () => {
      const number = readModel((await firstModel('number')).bytes);
      const examples = [...seen(numberExamples(0, 50)), ...numberExamples(80, 90)];
      const of = { ...asked, definition: numberDefinition, champion: number };
      const { verdict, reason } = await train({ ...of, examples });
      expect(verdict).toBe('promoted');
      expect(reason).toMatch(
        /^30 of the 80 rows .* on 10 unseen rows the challenger is not surely worse \(off by /,
      );
    });
  });

  test('has figures, whatever it was judged on', async () => {
    // All inputs that the champion knows are asked again.
    const champion = readModel((await firstModel('label')).bytes);
    const again = labelExamples().map(({ inputs, target }) => ({ inputs, target }));
    const { metrics } = await train({ ...asked, champion, examples: [...seen(labelExamples()), ...again] });
    expect(metrics).toMatchObject({
      rows: 144,
      accuracy: expect.any(Number),
      seen: { accuracy: expect.any(Number) },
    });
  });

  test('does not touch what it was given, and lets its caller breathe', async () => {
    const examples = labelExamples(0, 40);
    const before = structuredClone(examples);
    let breaths = 0;
    const pause = () => {
      breaths++;
      return breaths % 5 === 0 ? Promise.resolve() : undefined;
    };
    await train({ ...asked, examples, pause });
    expect(examples).toEqual(before);
    expect(breaths).toBeGreaterThan(20);
  });
});
