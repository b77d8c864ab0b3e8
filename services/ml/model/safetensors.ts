import type { Tensor } from '../featurizers/featurizer.ts';
import { ModelDocumentError } from './errors.ts';

/** https://github.com/huggingface/safetensors: header length (8 bytes, little-endian), JSON header, tensors. */
export interface SafeTensors {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** The format's own limit. */
const LONGEST_HEADER = 100_000_000;
const ALIGNMENT = 8;
const BYTES = { F64: 8, F32: 4, I32: 4, U16: 2 } as const;
type Dtype = keyof typeof BYTES;

/** Tensors by falling size of their numbers, then by name, so that each begins at a multiple of its numbers' size. */
export function encodeSafeTensors({ metadata, tensors }: SafeTensors): Uint8Array {
  const entries = Object.entries(tensors).sort(
    ([a, s], [b, t]) => BYTES[t.dtype] - BYTES[s.dtype] || (a < b ? -1 : 1),
  );
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { dtype, shape, data }] of entries) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads what `encodeSafeTensors` wrote, or any file of the format with these number types. Memory beyond the input is
 * at most a copy of the tensors and the parsed header.
 * @throws ModelDocumentError `not_a_model`, `damaged`
 */
export function decodeSafeTensors(bytes: Uint8Array): SafeTensors {
  if (bytes.length < 8) throw new ModelDocumentError('not_a_model', `${bytes.length} bytes are no model`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(LONGEST_HEADER) || headerLength > BigInt(bytes.length - 8)) {
    throw new ModelDocumentError('not_a_model', `a header of ${headerLength} bytes is longer than the file`);
  }
  const begin = 8 + Number(headerLength);
  const header = parseHeader(bytes.subarray(8, begin));
  const metadata = header.get('__metadata__') ?? {};
  if (!isRecord(metadata) || !isStrings(metadata)) {
    throw new ModelDocumentError('damaged', '__metadata__ is not made of strings');
  }
  header.delete('__metadata__');
  const body = bytes.subarray(begin);
  const placed = [...header].map(([name, entry]) => place(name, entry));
  requireGapless(placed, body.length);
  return {
    metadata,
    tensors: Object.fromEntries(placed.map((tensor) => [tensor.name, copied(tensor, body)])),
  };
}

interface Placed {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

function parseHeader(bytes: Uint8Array): Map<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(header)) return new Map(Object.entries(header));
  } catch (cause) {
    throw new ModelDocumentError('not_a_model', 'the header is not JSON', { cause });
  }
  throw new ModelDocumentError('not_a_model', 'the header is not a JSON object');
}

function place(name: string, entry: unknown): Placed {
  const fault = (what: string) =>
    new ModelDocumentError('damaged', `tensor ${JSON.stringify(name)}: ${what}`);
  if (!isRecord(entry)) throw fault('its entry is not an object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) throw fault(`numbers of type ${JSON.stringify(dtype)} are not known`);
  if (!isSizes(shape)) throw fault('its shape is not a list of sizes');
  if (!isSizes(offsets)) throw fault('its offsets are not a pair of positions');
  const [from, to] = offsets;
  if (offsets.length !== 2 || from === undefined || to === undefined)
    throw fault('its offsets are not a pair');
  const length = shape.reduce((product, size) => product * size, 1);
  if (to - from !== length * BYTES[dtype])
    throw fault(`${to - from} bytes do not hold shape [${shape}] of ${dtype}`);
  return { name, dtype, shape, from, to };
}

/** Tensors cover the body exactly, without holes and without sharing bytes. */
function requireGapless(placed: readonly Placed[], length: number): void {
  let at = 0;
  for (const { name, from, to } of placed.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== at)
      throw new ModelDocumentError('damaged', `tensor ${JSON.stringify(name)} begins at ${from}, not ${at}`);
    at = to;
  }
  if (at !== length)
    throw new ModelDocumentError('damaged', `the tensors take ${at} bytes, the file has ${length}`);
}

/** A copy, since the file's bytes need not be aligned, and so that they can be let go of. */
function copied({ dtype, shape, from, to }: Placed, body: Uint8Array): Tensor {
  // Not slice(): a Buffer's shares its memory.
  const own = new Uint8Array(body.subarray(from, to)).buffer;
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(own) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(own) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(own) };
    case 'U16':
      return { dtype, shape, data: new Uint16Array(own) };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: Record<string, unknown>): value is Record<string, string> {
  return Object.values(value).every((member) => typeof member === 'string');
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(BYTES, value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
