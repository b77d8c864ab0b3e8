/** What a name or a semicolon within does not count: texts, quoted names, dollar-quoted bodies, comments. */
const OPAQUE =
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$[a-zA-Z_]*\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\//y;

/** The parts of a statement: `plain` ones are SQL to look into, others are to be left as they are. */
export function sqlParts(sql: string): { readonly text: string; readonly plain: boolean }[] {
  const parts: { text: string; plain: boolean }[] = [];
  let plain = '';
  for (let at = 0; at < sql.length; ) {
    OPAQUE.lastIndex = at;
    const opaque = OPAQUE.exec(sql)?.[0];
    if (opaque === undefined) {
      plain += sql[at++];
      continue;
    }
    parts.push({ text: plain, plain: true }, { text: opaque, plain: false });
    plain = '';
    at += opaque.length;
  }
  parts.push({ text: plain, plain: true });
  return parts;
}

/** Does anything but comments follow a semicolon? */
export function isMultistatement(sql: string): boolean {
  const code = sqlParts(sql)
    .map(({ text, plain }) => (plain ? text : /^(--|\/\*)/.test(text) ? ' ' : "''"))
    .join('');
  return /;\s*[^\s;]/.test(code);
}
