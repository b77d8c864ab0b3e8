import { type CastNode, type OperationNode, PostgresQueryCompiler, type RawNode, ValueNode } from 'kysely';
import { sentValue } from './parameters.ts';

/**
 * PostgreSQL's SQL with the API's named parameters, `:p0`, each followed by a cast to the type that its value has in
 * JavaScript: `:p0::timestamptz`. Strings have none, as they may stand for anything: `varchar` to the database until
 * the statement says otherwise. Where the caller casts, `${x}::uuid` or `cast(… as uuid)`, ours stays away.
 */
export class DataApiQueryCompiler extends PostgresQueryCompiler {
  #castByCaller = false;

  protected override visitRaw(node: RawNode): void {
    node.sqlFragments.forEach((fragment, index) => {
      this.append(fragment);
      const parameter = node.parameters[index];
      if (parameter === undefined) return;
      this.#visit(parameter, /^\s*::/.test(node.sqlFragments[index + 1] ?? ''));
    });
  }

  protected override visitCast(node: CastNode): void {
    this.append('cast(');
    this.#visit(node.expression, true);
    this.append(' as ');
    this.visitNode(node.dataType);
    this.append(')');
  }

  protected override appendValue(parameter: unknown): void {
    const type = this.#castByCaller ? '' : sentValue(parameter).type;
    this.append(`:p${this.numParameters}${type === '' ? '' : `::${type}`}`);
    this.addParameter(parameter);
  }

  #visit(node: OperationNode, cast: boolean): void {
    this.#castByCaller = cast && ValueNode.is(node);
    this.visitNode(node);
    this.#castByCaller = false;
  }
}
