import type { Database, Json, JsonObject, PredictorState } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import { DatabaseAwayError } from '../../recording/errors.ts';
import type { Serving, ServingModel } from '../../serving/serving.ts';
import type { Context } from '../context/context.ts';
import { catchUp } from './catch-up.ts';
import { follow } from './follow.ts';
import { unfitText } from './unfit-examples.ts';

/**
 * The predictor as it serves in this process, fetched when it is not in memory.
 * @throws Problem `predictor_unknown`
 */
export async function servingPredictor(context: Context, name: string): Promise<Serving> {
  const serving = isName(name)
    ? ((await context.champions.find(name)) ?? (await restored(context, name)))
    : null;
  if (serving === null) throw unknownPredictor(name);
  return serving;
}

/**
 * A predictor that the database has and the store does not: its pointer was never written. It is now. While the
 * database is away, what the store has is what there is.
 */
async function restored(context: Context, name: string): Promise<Serving | null> {
  const { watch } = context.recording;
  const state = await watch.ask((database) => database.predictors.state(name)).catch(nullWhenAway);
  if (state === null) return null;
  await follow(context, state);
  return context.champions.find(name);
}

function nullWhenAway(error: unknown): null {
  if (error instanceof DatabaseAwayError) return null;
  throw error;
}

/**
 * The predictor as the database has it now.
 * @throws Problem `predictor_unknown`
 */
export async function storedPredictor(database: Database, name: string): Promise<PredictorState> {
  const state = isName(name) ? await database.predictors.state(name) : null;
  if (state === null) throw unknownPredictor(name);
  return state;
}

/** Anything else is no predictor's name, nor part of a key in the store, nor always a text that PostgreSQL takes. */
export function isName(text: string): boolean {
  return /^[a-z0-9-]{1,63}$/.test(text);
}

function whyUnknown(name: string): string {
  if (name.trim() === '') return 'The path names no predictor: it is /predictors/NAME, or begins so.';
  const there = `There is no predictor ${JSON.stringify(name.slice(0, 64))}: GET /predictors lists those that there are.`;
  return isName(name) ? there : `${there} A name has lower-case letters, digits and hyphens, 63 at most.`;
}

export function unknownPredictor(name: string): Problem {
  return new Problem('predictor_unknown', whyUnknown(name));
}

/**
 * The model that serves.
 * @throws Problem `predictor_not_trained`, saying what is missing; `model_damaged` where there is one that cannot be had
 */
export async function servingModel(context: Context, serving: Serving): Promise<ServingModel> {
  if (serving.champion !== null) return serving.champion;
  const found = await context.recording.watch
    .ask(async (database) => {
      const shown = await database.predictors.describe(serving.name);
      return { shown, state: await catchUp({ ...context, database }, serving.name) };
    })
    .catch(nullWhenAway);
  const now = context.champions.peek(serving.name)?.champion;
  if (now != null) return now;
  // Of the instant at which it was taken over: somebody may be promoting a model right now.
  const champion = found?.state?.champion ?? null;
  if (champion !== null) {
    const which = `model ${champion.model}, the champion of ${serving.name}`;
    throw new Problem('model_damaged', `The ${which}, cannot be loaded: GET /ready says why.`);
  }
  throw new Problem('predictor_not_trained', untrained(serving.name, found?.shown ?? null));
}

function untrained(name: string, shown: JsonObject | null): string {
  const none = `${name} has no model yet`;
  const missing = missingText(shown?.missing);
  if (missing !== '')
    return `${none}: it ${missing}${unfitText(shown)}. Import examples, or label predictions.`;
  if (shown === null) return `${none}.`;
  const last = shown.lastRetraining;
  const status = isObject(last) ? last.status : undefined;
  if (typeof status === 'string' && status !== 'finished') {
    return `${none}: its first training is under way (${status}).`;
  }
  if (isObject(last) && typeof last.verdict === 'string' && last.verdict !== 'promoted') {
    const how = last.verdict === 'failed' ? 'failed' : `ended ${last.verdict}`;
    return `${none}: its last training ${how}: ${last.reason}`;
  }
  return `${none}, and nothing is missing: ask for a training with POST /predictors/${name}/retrainings.`;
}

/** `{"examples": {"needed": 10, "present": 4}}` in words; empty when nothing is missing. */
function missingText(missing: Json | undefined): string {
  const parts = isObject(missing) ? missing : {};
  return (['examples', 'labels'] as const)
    .flatMap((what) => {
      const part = parts[what];
      if (!isObject(part)) return [];
      return [`needs ${part.needed} ${what === 'labels' ? 'different labels' : what}, has ${part.present}`];
    })
    .join(', and ');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
