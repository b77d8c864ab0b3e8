import { describe, expect, test } from '@jest/globals';
import { nearEqual, type Spelling } from '../../../services/ml/warnings/near-equal.ts';

const texts = (groups: readonly (readonly Spelling[])[]) =>
  groups.map((group) => group.map(([text]) => text));

describe('spellings that are probably one', () => {
  test.each<[string, Spelling[], string[]]>([
    [
      'by case',
      [
        ['Billing', 30],
        ['BILLING', 3],
      ],
      ['Billing', 'BILLING'],
    ],
    [
      'by case, of two letters',
      [
        ['No', 30],
        ['no', 30],
      ],
      ['No', 'no'],
    ],
    [
      'by white space and punctuation',
      [
        ['in stock', 9],
        ['In-Stock', 8],
        ['in_stock.', 1],
      ],
      ['in stock', 'In-Stock', 'in_stock.'],
    ],
    [
      'by a letter less',
      [
        ['Refunds', 50],
        ['Refunds ', 2],
        ['Refnds', 4],
      ],
      ['Refunds', 'Refnds', 'Refunds '],
    ],
    [
      'by a letter more',
      [
        ['Shipping', 50],
        ['Shippping', 2],
      ],
      ['Shipping', 'Shippping'],
    ],
    [
      'by two letters in turn',
      [
        ['Shipping', 50],
        ['Shippnig', 2],
      ],
      ['Shipping', 'Shippnig'],
    ],
    [
      'by the key beside it',
      [
        ['account access', 60],
        ['account accedd', 5],
        ['account accesd', 6],
      ],
      ['account access', 'account accesd'],
    ],
    [
      'by a mark',
      [
        ['Zürich', 40],
        ['Zurich', 5],
      ],
      ['Zürich', 'Zurich'],
    ],
    [
      'by another letter, where it is rare',
      [
        ['Delivery', 40],
        ['Delivary', 1],
      ],
      ['Delivery', 'Delivary'],
    ],
    [
      'in other scripts',
      [
        ['доставка', 40],
        ['достака', 2],
      ],
      ['доставка', 'достака'],
    ],
  ])('differ %s', (_, spellings, group) => {
    expect(texts(nearEqual(spellings))).toEqual([group]);
  });

  test.each<[string, Spelling[]]>([
    [
      'in a number',
      [
        ['Team 1', 90],
        ['Team 2', 3],
        ['v1', 90],
        ['v2', 2],
        ['room 101', 50],
        ['room 110', 1],
      ],
    ],
    [
      'in a sign that means something',
      [
        ['A', 50],
        ['A+', 5],
        ['A-', 5],
        ['<=50K', 90],
        ['>50K', 3],
        ['C', 50],
        ['C#', 5],
        ['1.5', 9],
        ['15', 1],
      ],
    ],
    [
      'in a short word',
      [
        ['Type A', 90],
        ['Type B', 2],
        ['mail', 90],
        ['main', 1],
        ['AUD', 50],
        ['AUT', 1],
      ],
    ],
    [
      'in the first letter',
      [
        ['typical', 90],
        ['atypical', 2],
        ['billing', 90],
        ['filling', 1],
      ],
    ],
    [
      'in a letter, where both are frequent',
      [
        ['inland', 6500],
        ['island', 5],
        ['trainer', 40],
        ['trainee', 30],
      ],
    ],
    [
      'in a sign that is a word',
      [
        ['東京都港区役所', 90],
        ['東京都北区役所', 1],
      ],
    ],
  ])('are not those that differ %s', (_, spellings) => {
    expect(nearEqual(spellings)).toEqual([]);
  });

  test('codes that differ by one letter by their nature are none', () => {
    const letters = 'abcdefghij';
    const products = [...letters].flatMap((x) =>
      [...letters].map((y, i): Spelling => [`prod${x}${y}`, i === 0 ? 60 : 1]),
    );
    expect(nearEqual(products)).toEqual([]);
  });

  test('ten thousand labels take no square of time', () => {
    const labels = Array.from({ length: 10_000 }, (_, i): Spelling => {
      const word = [...String(i)].map((digit) => 'bcdfghklmn'.charAt(Number(digit))).join('a');
      return [`the ${word} product of the ${word} house`, 1 + (i % 9)];
    });
    const { user } = process.cpuUsage();
    nearEqual([...labels, ['Billing', 90], ['Biling', 1]]);
    expect(process.cpuUsage().user - user).toBeLessThan(10_000_000); // in microseconds
  });
});
