import type { Answer } from '../../ml/model/model.ts';
import type { ServingModel } from '../../serving/serving.ts';

/** The labels of the models in memory as JSON texts: escaped once for each model, not for each answer. */
const labelTexts = new WeakMap<ServingModel, ReadonlyMap<string, string>>();

/** An answer as JSON without its braces: `"suggestions":[…]` or `"value":…,"interval":{…}`, and what is unknown. */
export function answerText(champion: ServingModel, answer: Answer): string {
  if (!('suggestions' in answer)) {
    return `"value":${answer.value},"interval":${JSON.stringify(answer.interval)}${unknownText(answer)}`;
  }
  const texts = textsOf(champion);
  let list = '';
  for (const { label, probability } of answer.suggestions) {
    if (list !== '') list += ',';
    list += `{"label":${texts.get(label) ?? JSON.stringify(label)},"probability":${probability}}`;
  }
  return `"suggestions":[${list}]${unknownText(answer)}`;
}

function unknownText({ unknown }: Answer): string {
  return unknown === undefined ? '' : `,"unknown":${JSON.stringify(unknown)}`;
}

function textsOf(champion: ServingModel): ReadonlyMap<string, string> {
  let texts = labelTexts.get(champion);
  if (texts === undefined) {
    const labels = champion.model.target === 'label' ? champion.model.labels : [];
    texts = new Map(labels.map((label) => [label, JSON.stringify(label)]));
    labelTexts.set(champion, texts);
  }
  return texts;
}
