import type { ColumnMetadata, Field } from '@aws-sdk/client-rds-data';
import { columnReader } from './column-value.ts';

/** The records as objects by column label. Of two columns with one label the last counts, as with `pg`. */
export function readRows(
  records: readonly Field[][] | undefined,
  columns: readonly ColumnMetadata[] | undefined,
): Record<string, unknown>[] {
  const readers = (columns ?? []).map(({ label, name, typeName }) => ({
    label: label ?? name ?? '',
    read: columnReader(typeName ?? ''),
  }));
  return (records ?? []).map((record) => {
    const row: Record<string, unknown> = {};
    readers.forEach(({ label, read }, index) => {
      const field = record[index];
      row[label] = field === undefined ? null : read(field);
    });
    return row;
  });
}
