import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { inputNames } from '../../services/ml/predictor/definition.ts';
import { compileRow } from '../../services/ml/predictor/row-reader.ts';
import { compileTarget } from '../../services/ml/predictor/target-reader.ts';
import { cellsOf, definitionOf, FOLDERS, rowsOf, textOf } from './example.ts';

const FILES = [
  ...FOLDERS.map((folder) => ({ folder, file: 'rows.csv' })),
  { folder: 'services' as const, file: 'new-rows.csv' },
];

describe.each(FOLDERS)('the predictor of examples/%s', (folder) => {
  test('fits the schema and is called like its folder', () => {
    expect(definitionOf(folder).name).toBe(folder);
  });
});

describe.each(FILES)('examples/$folder/$file', ({ folder, file }) => {
  const rows = rowsOf(folder, file);

  test('has the inputs and the target as its columns, and no other', () => {
    const definition = definitionOf(folder);
    const [header = []] = cellsOf(`${folder}/${file}`);
    expect([...header].sort()).toEqual([...inputNames(definition), definition.target.name].sort());
  });

  test('has in every line exactly the columns of its header', () => {
    const [header = [], ...lines] = cellsOf(`${folder}/${file}`);
    expect(lines.filter((cells) => cells.length !== header.length)).toEqual([]);
  });

  test('holds no row that an import would refuse', () => {
    expect(rows.filter((row) => row.faults.length > 0)).toEqual([]);
  });

  test('holds no row twice, whatever its capitals', () => {
    const seen = rows.map((row) => JSON.stringify([row.inputs, row.target]).toLowerCase());
    expect(seen.filter((row, index) => seen.indexOf(row) !== index)).toEqual([]);
  });

  test('has no blanks around a cell and ends with a line break', () => {
    expect(
      cellsOf(`${folder}/${file}`)
        .flat()
        .filter((cell) => cell !== cell.trim()),
    ).toEqual([]);
    expect(textOf(`${folder}/${file}`)).toMatch(/[^\n]\n$/);
  });
});

describe.each(FOLDERS)('the README of examples/%s', (folder) => {
  const readme = textOf(`${folder}/README.md`);
  const definition = definitionOf(folder);

  test('names only files that are there', () => {
    const paths = [...readme.matchAll(/examples\/[\w./-]+/g)].map(([path]) => path);
    expect(paths).toContain(`examples/${folder}/predictor.json`);
    expect(paths).toContain(`examples/${folder}/rows.csv`);
    expect(paths.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
  });

  test('asks with a row that fits', () => {
    const bodies = [...readme.matchAll(/predictions \\?\s+-H .+? -d '(\{.+?\})'/g)].map(([, body]) => body);
    expect(bodies.length).toBeGreaterThan(0);
    const reader = compileRow(definition);
    expect(bodies.map((body) => reader.read(JSON.parse(body ?? '')).errors)).toEqual(
      bodies.map(() => undefined),
    );
  });

  test('asks with the command for inputs that the predictor has', () => {
    const commands = [...readme.matchAll(/npx hundredfold predict (\S+) (.+)/g)];
    expect(commands.map(([, name]) => name)).toContain(folder);
    const fields = commands.flatMap(([, , rest = '']) =>
      [...rest.matchAll(/(\w+)=/g)].map(([, field]) => field),
    );
    expect(fields.filter((field) => !inputNames(definition).includes(field ?? ''))).toEqual([]);
  });

  test('corrects with a target that the rows know', () => {
    const bodies = [...readme.matchAll(/-d '(\{"(?:label|value)".+?\})'/g)].map(([, body]) => body);
    expect(bodies.length).toBeGreaterThan(0);
    const target = compileTarget(definition);
    const sent = bodies.map((body) => target.readBody(JSON.parse(body ?? '')).target);
    const known = new Set(rowsOf(folder).map((row) => row.target));
    const labels = definition.target.type === 'label' ? sent.filter((label) => !known.has(label)) : [];
    expect(sent).not.toContain(undefined);
    expect(labels).toEqual([]);
  });
});
