import type { Spool } from '../model-store/index.ts';
import type { Log } from '../observability/error-log.ts';
import type { Metrics } from '../observability/metrics.ts';

type PassedOver = Pick<Spool, 'strangers' | 'unreadable'>;

/** What lay in the spool and was passed over when the whole was looked through, of then. */
export function passedOver({ strangers, unreadable }: PassedOver): PassedOver {
  return { strangers, unreadable };
}

/** Counts what is passed over now, and says of what was not `before` why. `unreadable` has the reasons, by name. */
export function reportPassedOver(
  { spool, metrics, log }: { readonly spool: Spool; readonly metrics: Metrics; readonly log: Log },
  before: PassedOver,
  unreadable: ReadonlyMap<string, unknown>,
): void {
  spool.passOver(new Set(unreadable.keys()));
  metrics.set('hundredfold_spool_passed_over', spool.strangers.size + unreadable.size);
  for (const key of spool.strangers) {
    if (before.strangers.has(key)) continue;
    log.error(`${JSON.stringify(key)} is passed over`, new Error('it is no prediction'));
  }
  for (const [name, why] of unreadable) {
    if (!before.unreadable.has(name)) log.error(`spool/${name}.json is passed over`, why);
  }
}

/** For a person: what nobody but a person can see to. */
export function passedOverProblems({ strangers, unreadable }: PassedOver): string[] {
  const [stranger] = strangers;
  const [name] = unreadable;
  const since = 'when it was last looked through';
  return [
    ...(stranger === undefined
      ? []
      : [
          `objects in the spool that are no predictions, ${since}: ${strangers.size}, such as ${JSON.stringify(stranger)}`,
        ]),
    ...(name === undefined
      ? []
      : [
          `objects in the spool that could not be read or recorded, ${since}: ${unreadable.size}, such as "spool/${name}.json"`,
        ]),
  ];
}
