/** The same object, but that `onDone` is called after each of its asynchronous calls, before the caller goes on. */
export function watched<T extends object>(
  object: T,
  onDone: (call: string, given: readonly unknown[]) => void,
): T {
  return new Proxy(object, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        const answer: unknown = member.apply(target, given);
        if (!(answer instanceof Promise)) return answer;
        return answer.then((value: unknown) => {
          onDone(String(name), given);
          return value;
        });
      };
    },
  });
}
