/**
 * What other programs write around rows, by how the text of it starts, and how to have a list of rows instead. Only its
 * start is looked at: it may be a gigabyte.
 */
const SHAPES: readonly { readonly start: RegExp; readonly what: string; readonly advice: string }[] = [
  {
    start: /^\{\s*"(?:columns|index|data)"\s*:\s*\[/,
    what: 'a data frame that was split into columns, index and data',
    advice: 'df.to_json(orient="records") writes rows',
  },
  {
    start: /^\{\s*"schema"\s*:\s*\{/,
    what: 'a data frame with its schema',
    advice: 'df.to_json(orient="records") writes rows alone',
  },
  {
    start: /^\{\s*"(?:[^"\\]|\\.){0,300}"\s*:\s*\{\s*"\d+"\s*:/,
    what: 'a data frame column by column',
    advice: 'df.to_json(orient="records") writes it row by row',
  },
  {
    start: /^\{\s*"\d+"\s*:\s*\{/,
    what: 'a data frame whose rows stand under their index',
    advice: 'df.to_json(orient="records") writes them without it',
  },
  {
    start: /^\{\s*"examples"\s*:\s*\[/,
    what: 'a page of examples as the API answers it',
    advice: '`hundredfold export` without --json writes rows that can be imported',
  },
  {
    start: /^\{\s*"dataframe_split"\s*:\s*\{/,
    what: 'rows that were split into columns and data',
    advice: 'send each as an object with the columns as keys',
  },
  {
    start: /^\{\s*"(?:[^"\\]|\\.){0,300}"\s*:\s*\[\s*\{/,
    what: 'an object with the rows inside',
    advice: 'send the list of them with nothing around it',
  },
];

/** What a JSON text holds in place of rows, and what to send, as a sentence; empty where nobody knows. */
export function shapeAdvice(start: string): string {
  const text = start.trimStart();
  const shape = SHAPES.find((one) => one.start.test(text));
  return shape === undefined ? '' : ` This is ${shape.what}: ${shape.advice}.`;
}
