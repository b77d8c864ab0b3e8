import { EXAMPLE } from './example.ts';

/** What a person may do next, as commands that can be pasted. */
export function whatToTry(url: string, example: boolean): string {
  if (!example) {
    return `
Try:
  npx hundredfold${at(url)} apply examples/services/predictor.json
  npx hundredfold${at(url)} import services examples/services/rows.csv
  npx hundredfold${at(url)} status

All calls: ${url}/docs`;
  }
  return `
Ask for the three best suggestions:
  curl -s ${url}/predictors/${EXAMPLE.name}/predictions \\
    -H 'content-type: application/json' -d '${JSON.stringify(EXAMPLE.row)}'

Tell it what was right (ID from the answer), and see how it stands:
  npx hundredfold${at(url)} label ID 'Dental care'
  npx hundredfold${at(url)} status ${EXAMPLE.name}

All calls: ${url}/docs`;
}

/** The command's own default needs no mention. */
function at(url: string): string {
  return url === 'http://127.0.0.1:3000' ? '' : ` --url ${url}`;
}
