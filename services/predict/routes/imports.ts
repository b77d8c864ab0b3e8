import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../../database/index.ts';
import { operation } from '../../api/openapi/operation.ts';
import {
  IMPORT_BODIES,
  ImportedSchema,
  ImportPartSchema,
  ImportQuery,
} from '../../api/schemas/example.schema.ts';
import { parseDefinition } from '../../ml/predictor/parse-definition.ts';
import { ANYBODY } from '../access/access.ts';
import { callerOf } from '../access/enforce.ts';
import type { Context } from '../context/context.ts';
import { answerOnce, sendOnce } from '../http/idempotency.ts';
import { readSwitch } from '../http/page-query.ts';
import { readFileName } from '../imports/file-name.ts';
import { HashedBody } from '../imports/hashed-body.ts';
import { checkSize, importBody, wholeBody } from '../imports/import-body.ts';
import { type ImportTarget, importExamples } from '../imports/import-examples.ts';
import { closeParts, notNeeded, ofPart, PART_LIMIT, type Part, stagePart } from '../imports/import-part.ts';
import { ImportSlots } from '../imports/import-slots.ts';
import { type PartPlace, readImportKey, readPlace } from '../imports/part-place.ts';
import { readerOf } from '../imports/reader-of.ts';
import { storedPredictor } from '../predictors/serving-predictor.ts';

const url = '/predictors/:predictor/examples';

const schema = operation(url, {
  id: 'importExamples',
  tag: 'examples',
  summary: 'Import rows whose target is known: CSV, NDJSON or a JSON array',
  description:
    'Streamed, in one transaction. A bad row is rejected with its reason and never stops the good ones. A body that is gzip is unpacked. With an Idempotency-Key the same file is imported once. A file may come in parts (`part`, `parts`, `before`), each with the key of the import, a colon and its number, and is imported when a call with `parts` alone closes it.',
  query: ImportQuery,
  body: IMPORT_BODIES,
  answers: { 200: ImportedSchema, 202: ImportPartSchema },
  problems: [
    'body_not_json',
    'import_not_utf8',
    'import_nul_byte',
    'import_gzip_damaged',
    'import_other_format',
    'csv_quote_unclosed',
    'csv_header_unreadable',
    'predictor_unknown',
    'import_stalled',
    'import_incomplete',
    'body_too_large',
    'unsupported_media_type',
    'query_invalid',
    'import_empty',
    'import_not_array',
    'csv_header_alone',
    'csv_column_missing',
    'csv_column_doubled',
    'import_busy',
    'database_unavailable',
  ],
  repeatable: true,
});

/** Imports examples. The body stays a stream: a file may be larger than memory. */
export function importRoutes(app: FastifyInstance, context: Context): void {
  const { database, unboundedDatabase, dispatcher, settings } = context;
  const partLimits = {
    ...settings,
    importLimit: Math.min(PART_LIMIT, settings.importLimit),
    importAdvice: 'cut the file into smaller parts',
  };
  const slots = new ImportSlots(settings.imports, settings.importWait);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.post<{ Params: { predictor: string } }>(url, { schema }, async (request, reply) => {
      const train = readSwitch(request.query, 'train');
      const place = readPlace(request);
      const limits = place === null ? settings : partLimits;
      const read = readerOf(request, limits);
      checkSize(Number(request.headers['content-length'] ?? 0), limits);
      const key = place?.key ?? readImportKey(request);
      const origin = { file: readFileName(request.query), by: senderOf(request), key };
      await slots.take();
      const stream = request.body instanceof Readable ? request.body : Readable.from([]);
      const body = new HashedBody(importBody(stream, limits));
      try {
        const predictor = await importTarget(database, request.params.predictor);
        if (isPart(place)) {
          const bytes = await wholeBody(stream, limits);
          return await takePart(reply, context, predictor, { place, body: bytes, read });
        }
        const work = async (transaction: Database) => {
          if (place !== null) {
            return { status: 200, response: await closeParts(transaction, predictor, place, train, origin) };
          }
          const records = read(body, predictor.definition);
          const response = await importExamples(transaction, predictor, records, train, origin);
          // A file of which no row fitted may be sent again, read otherwise or under a mended definition.
          return { status: 200, response, isWithoutEffect: response.imported === 0 };
        };
        const fingerprint = place === null ? () => body.fingerprint() : async () => place.key.fingerprint;
        const once = await answerOnce(unboundedDatabase, key, work, fingerprint);
        dispatcher.look();
        return sendOnce(reply, once);
      } finally {
        slots.release();
        await body.end();
        // What was not read is discarded, so that a client that is still sending gets its answer.
        stream.resume();
      }
    });
  });
}

/** @throws Problem `predictor_unknown` */
async function importTarget(database: Database, name: string): Promise<ImportTarget> {
  const { id, revision, definition } = await storedPredictor(database, name);
  return { id, revision, definition: parseDefinition(definition) };
}

/** Which key or identity sent it; null where nobody was asked. */
function senderOf(request: FastifyRequest): string | null {
  const caller = callerOf(request);
  return caller === ANYBODY ? null : caller;
}

function isPart(place: PartPlace | null): place is Part['place'] {
  return place !== null && place.part !== null;
}

/** Stages a part, unless its import was closed before. */
async function takePart(
  reply: FastifyReply,
  { unboundedDatabase }: Context,
  predictor: ImportTarget,
  part: Part,
): Promise<FastifyReply> {
  const { key, part: number } = part.place;
  if ((await unboundedDatabase.idempotency.find(key)) !== null) {
    return sendOnce(reply, { status: 202, response: notNeeded(number), replayed: true });
  }
  const staged = await stagePart(unboundedDatabase, predictor, part).catch((error: unknown) => {
    throw ofPart(error, number);
  });
  return sendOnce(reply, { status: 202, ...staged });
}
