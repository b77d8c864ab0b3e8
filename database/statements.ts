/** The token that begins somewhere in SQL text: where it ends, and what it means for where a statement ends. */
interface Token {
  readonly end: number;
  /** Neither white space nor a comment. */
  readonly solid: boolean;
  /** Lower-cased, when it is a name or a keyword without quotes. */
  readonly word?: string;
}

const SPACE = /[ \t\n\r\f\v]+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const STRING = /'[^']*(?:''[^']*)*(?:'|$)/y;
// A backslash escapes in E'…', and goes on to do so in what continues it on another line.
const ESCAPING_STRING =
  /'(?:[^'\\]|\\[\s\S]|'')*(?:'[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'(?:[^'\\]|\\[\s\S]|'')*)*(?:'|\\?$)/y;
const QUOTED_NAME = /"[^"]*(?:"|$)/y;
// Names hold dollars, so that the $b$ of a$b$ is no quote. Every letter beyond ASCII belongs to names.
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

/**
 * The statements of an SQL text as PostgreSQL itself divides it, each without its semicolon: for drivers that take one
 * at a time. Comments stay with the statement that they precede; what holds nothing but comments is left out. Text
 * that PostgreSQL refuses (a quote without its end) comes back whole, for PostgreSQL to say so. The rules are those
 * of its `scan.l` with `standard_conforming_strings` on; bodies of `begin atomic … end` are told as psql tells them.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let begin = 0;
  let solid = false;
  let nesting = new Nesting();
  const finish = (end: number) => {
    if (solid) statements.push(sql.slice(begin, end).replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, ''));
  };
  for (let at = 0; at < sql.length; ) {
    const token = tokenAt(sql, at);
    if (sql[at] === ';' && nesting.closed) {
      finish(at);
      begin = token.end;
      solid = false;
      nesting = new Nesting();
    } else {
      solid ||= token.solid;
      nesting.meet(token.word ?? sql.charAt(at));
    }
    at = token.end;
  }
  finish(sql.length);
  return statements;
}

function tokenAt(sql: string, at: number): Token {
  const endOf = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(sql) ? pattern.lastIndex : -1;
  };
  const first = sql.charAt(at);
  const space = endOf(SPACE);
  if (space > 0) return { end: space, solid: false };
  if (first === "'") return { end: endOf(STRING), solid: true };
  if (first === '"') return { end: endOf(QUOTED_NAME), solid: true };
  if (sql.startsWith('--', at)) return { end: endOf(LINE_COMMENT), solid: false };
  if (sql.startsWith('/*', at)) return { end: endOfComment(sql, at), solid: false };
  const word = endOf(WORD);
  if (word > 0) return wordAt(sql, at, word);
  const quote = endOf(DOLLAR_QUOTE);
  if (quote > 0) {
    const close = sql.indexOf(sql.slice(at, quote), quote);
    return { end: close < 0 ? sql.length : close + quote - at, solid: true };
  }
  return { end: at + 1, solid: true };
}

function wordAt(sql: string, at: number, end: number): Token {
  const word = sql.slice(at, end).toLowerCase();
  if (word !== 'e' || sql[end] !== "'") return { end, solid: true, word };
  ESCAPING_STRING.lastIndex = end;
  return { end: ESCAPING_STRING.test(sql) ? ESCAPING_STRING.lastIndex : sql.length, solid: true };
}

/** Block comments nest. */
function endOfComment(sql: string, at: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = at;
  let depth = 0;
  for (let found = edge.exec(sql); found !== null; found = edge.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

/** Semicolons that end no statement: in parentheses (`create rule`), and in a body between `begin atomic` and `end`. */
class Nesting {
  #parentheses = 0;
  #blocks = 0;
  readonly #words: string[] = [];

  get closed(): boolean {
    return this.#parentheses === 0 && this.#blocks === 0;
  }

  meet(token: string): void {
    if (token === '(') this.#parentheses++;
    else if (token === ')') this.#parentheses = Math.max(0, this.#parentheses - 1);
    else if (this.#blocks > 0 && (token === 'begin' || token === 'case')) this.#blocks++;
    else if (this.#blocks > 0 && token === 'end') this.#blocks--;
    else if (token === 'begin' && this.#makesRoutine()) this.#blocks = 1;
    if (/^\w/.test(token) && this.#words.length < 4) this.#words.push(token);
  }

  #makesRoutine(): boolean {
    return /^create (or replace )?(function|procedure)\b/.test(this.#words.join(' '));
  }
}
