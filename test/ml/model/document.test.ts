import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Artifact, readModel, sha256 } from '../../../services/ml/index.ts';
import { decodeSafeTensors, encodeSafeTensors } from '../../../services/ml/model/safetensors.ts';
import { HEAD_KEY } from '../../../services/ml/model/write.ts';
import { firstModel, labelExamples, numberExamples } from './small-model.ts';

let labelled: Artifact;
let numbered: Artifact;
beforeAll(async () => {
  labelled = await firstModel('label');
  numbered = await firstModel('number');
});

/** The model's bytes with something in its head changed. */
function withHead(change: (head: Record<string, unknown>) => void, from = labelled): Uint8Array {
  const { metadata, tensors } = decodeSafeTensors(from.bytes);
  const head: Record<string, unknown> = JSON.parse(metadata[HEAD_KEY] ?? '');
  change(head);
  return encodeSafeTensors({ metadata: { [HEAD_KEY]: JSON.stringify(head) }, tensors });
}

function withHeaderText(json: string): Uint8Array {
  const text = Buffer.from(json);
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('a model that was written and read', () => {
  test('answers exactly as it did', () => {
    const model = readModel(labelled.bytes);
    const again = readModel(Uint8Array.from(labelled.bytes));
    for (const { inputs } of labelExamples(0, 120))
      expect(again.answer(inputs)).toEqual(model.answer(inputs));
    expect(model.head).toEqual(labelled.head);
  });

  test('is read from the middle of a larger buffer, which it does not keep', () => {
    const large = new Uint8Array(labelled.bytes.length + 3);
    large.set(labelled.bytes, 3);
    const model = readModel(large.subarray(3));
    const before = model.answer({ query: 'parcel late' });
    large.fill(0);
    expect(model.answer({ query: 'parcel late' })).toEqual(before);
  });

  test('names its hash, its examples and its learner, but no time and no version of the model', () => {
    expect(labelled.sha256).toBe(sha256(labelled.bytes));
    expect(labelled.head).toMatchObject({
      examples: 80,
      seed: 1,
      recipe: { learner: 'logistic' },
      chosenOn: 80,
    });
    expect(JSON.stringify(labelled.head)).not.toMatch(/20\d\d-\d\d-\d\dT/);
    expect(Object.keys(labelled.head)).not.toContain('version');
  });

  test('of a number says how wide its interval is and on how many rows it rests', () => {
    const answer = readModel(numbered.bytes).answer(numberExamples()[5]?.inputs ?? {});
    if (!('interval' in answer)) throw new Error('a number was asked for');
    expect(answer.interval).toMatchObject({ coverage: 0.9, rows: 80 });
    // As far up as down, though not below zero: no price was.
    const down = Math.max(0, 2 * answer.value - answer.interval.high);
    expect(answer.interval.low).toBeCloseTo(down, 9);
  });
});

describe('bytes that are no model are refused:', () => {
  test.each([0, 1, 7, 8, 100])('the first %i bytes of one', (length) => {
    expect(() => readModel(labelled.bytes.slice(0, length))).toThrow(
      expect.objectContaining({ name: 'ModelDocumentError', code: 'not_a_model' }),
    );
  });

  test('one whose last byte is missing, and one with a byte too many', () => {
    const code = expect.objectContaining({ code: 'damaged' });
    expect(() => readModel(labelled.bytes.slice(0, -1))).toThrow(code);
    expect(() => readModel(Uint8Array.of(...labelled.bytes, 0))).toThrow(code);
  });

  test('a header longer than the file, though it claims exabytes', () => {
    const bytes = labelled.bytes.slice();
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true);
    expect(() => readModel(bytes)).toThrow(expect.objectContaining({ code: 'not_a_model' }));
  });

  test.each([
    ['{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}', 'damaged'],
    ['{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}', 'damaged'],
    ['{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,-4]}}', 'damaged'],
    ['{"a":{"dtype":"BF16","shape":[0],"data_offsets":[0,0]}}', 'damaged'],
    ['{"a":{"dtype":"toString","shape":[0],"data_offsets":[0,0]}}', 'damaged'],
    ['{"a":5}', 'damaged'],
    ['{"__metadata__":{"hundredfold":5}}', 'damaged'],
    ['{"__metadata__":{"hundredfold":"nothing"}}', 'bad_head'],
    ['{"__metadata__":{"hundredfold":"{}"}}', 'bad_head'],
    ['{"__metadata__":{}}', 'not_a_model'],
    ['{}', 'not_a_model'],
    ['[]', 'not_a_model'],
    ['{"a"', 'not_a_model'],
  ])('a file with the header %s', (json, code) => {
    expect(() => readModel(withHeaderText(json))).toThrow(expect.objectContaining({ code }));
  });

  test('every single flipped byte of the header is refused or harmless, never a crash', () => {
    const header = Number(new DataView(labelled.bytes.buffer).getBigUint64(0, true));
    for (let at = 0; at < header; at += 13) {
      const bytes = labelled.bytes.slice();
      bytes[at + 8] = (bytes[at + 8] ?? 0) ^ 0x11;
      try {
        readModel(bytes).answer({ query: 'invoice' });
      } catch (error) {
        expect(error).toMatchObject({ name: 'ModelDocumentError' });
      }
    }
  });
});

describe('a head that does not fit is refused:', () => {
  test.each<[string, string, (head: Record<string, unknown>) => void]>([
    [
      'a newer format',
      'newer_format',
      (head) => {
        head.format = 4;
      },
    ],
    [
      'an older format',
      'older_format',
      (head) => {
        head.format = 2;
      },
    ],
    [
      'a key too many',
      'bad_head',
      (head) => {
        head.script = 'rm';
      },
    ],
    [
      'no seed',
      'bad_head',
      (head) => {
        delete head.seed;
      },
    ],
    [
      'a label twice',
      'bad_head',
      (head) => {
        Object.assign(head.answer ?? {}, { labels: ['a', 'a'] });
      },
    ],
    [
      'labels out of order',
      'bad_head',
      (head) => {
        Object.assign(head.answer ?? {}, { labels: ['b', 'a'] });
      },
    ],
    [
      'a label less than weights',
      'damaged',
      (head) => {
        Object.assign(head.answer ?? {}, { labels: ['a', 'b', 'c'] });
      },
    ],
    [
      'no labels',
      'bad_head',
      (head) => {
        Object.assign(head.answer ?? {}, { labels: [] });
      },
    ],
    [
      'a temperature of zero',
      'bad_head',
      (head) => {
        Object.assign(head.answer ?? {}, { temperature: 0 });
      },
    ],
    [
      'a learner of numbers',
      'bad_head',
      (head) => {
        Object.assign(head.recipe ?? {}, { learner: 'ridge', settings: {} });
      },
    ],
    [
      'an unknown learner',
      'bad_head',
      (head) => {
        Object.assign(head.recipe ?? {}, { learner: 'toString' });
      },
    ],
    [
      'a setting out of range',
      'damaged',
      (head) => {
        Object.assign(head.recipe ?? {}, { settings: { c: -1 } });
      },
    ],
    [
      'another width',
      'damaged',
      (head) => {
        head.width = 3;
      },
    ],
    [
      'no featurizers',
      'bad_head',
      (head) => {
        head.featurizer = [];
      },
    ],
    [
      'a definition without inputs',
      'bad_head',
      (head) => {
        Object.assign(head.definition ?? {}, { inputs: {} });
      },
    ],
  ])('%s', (_, code, change) => {
    expect(() => readModel(withHead(change))).toThrow(expect.objectContaining({ code }));
  });

  test('a weight that is not finite', () => {
    const { metadata, tensors } = decodeSafeTensors(labelled.bytes);
    const weights = tensors['learner.weights'];
    weights?.data.fill(Number.NaN, 3, 4);
    expect(() => readModel(encodeSafeTensors({ metadata, tensors }))).toThrow(
      expect.objectContaining({ code: 'not_finite', message: expect.stringContaining('learner.weights') }),
    );
  });

  test('a tensor that is missing', () => {
    const { metadata, tensors } = decodeSafeTensors(labelled.bytes);
    const { 'learner.weights': _, ...rest } = tensors;
    expect(() => readModel(encodeSafeTensors({ metadata, tensors: rest }))).toThrow(
      expect.objectContaining({ code: 'damaged' }),
    );
  });
});
