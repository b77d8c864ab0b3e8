import type pg from 'pg';

export interface TypeName {
  readonly name: string;
  readonly isEnum: boolean;
}

/** The names of a database's types by oid; asked for again when one turns up that is not known yet. */
export class TypeNames {
  readonly #known = new Map<number, TypeName>();

  async of(client: pg.PoolClient, oids: readonly number[]): Promise<readonly TypeName[]> {
    if (oids.some((oid) => !this.#known.has(oid))) {
      const { rows } = await client.query<{ oid: number; typname: string; typtype: string }>(
        'select oid::integer, typname::text, typtype::text from pg_type',
      );
      for (const { oid, typname, typtype } of rows) {
        this.#known.set(Number(oid), { name: typname, isEnum: typtype === 'e' });
      }
    }
    return oids.map((oid) => this.#known.get(oid) ?? { name: 'unknown', isEnum: false });
  }
}
