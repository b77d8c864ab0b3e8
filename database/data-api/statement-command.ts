import type { CompiledQuery } from 'kysely';

const BY_NODE: Readonly<Record<string, string>> = {
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  DeleteQueryNode: 'delete',
  MergeQueryNode: 'merge',
};

/** Does the statement itself insert, update, delete or merge? A `with` that does so before a `select` does not count. */
export function changesRows({ query, sql }: CompiledQuery): boolean {
  const command = BY_NODE[query.kind] ?? (query.kind === 'RawNode' ? commandOf(sql) : '');
  return /^(insert|update|delete|merge)$/.test(command);
}

/** Quoted texts and names, dollar-quoted texts, comments, brackets, words. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/|[()]|[a-z_]\w*/gi;

/** The first word of a statement, or, after `with …`, the first outside of brackets that can head one. */
export function commandOf(sql: string): string {
  let depth = 0;
  let first = '';
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0 && /^[a-z_]/i.test(token)) {
      const word = token.toLowerCase();
      if (first === '') first = word;
      if (first !== 'with') return first;
      if (/^(select|insert|update|delete|merge|values)$/.test(word)) return word;
    }
  }
  return first;
}
