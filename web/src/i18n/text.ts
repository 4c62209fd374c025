/** A text that depends on a number, by the plural categories of Intl.PluralRules. */
export interface Plural {
  zero?: string;
  one?: string;
  two?: string;
  few?: string;
  many?: string;
  other: string;
}

type Message = string | Plural;
type IsMessage<T> = T extends string ? true : T extends { other: string } ? true : false;

/** The same tree in another language: every key, no other; plurals with the categories that the language has. */
export type Translated<T> = {
  [K in keyof T]: IsMessage<T[K]> extends true ? (T[K] extends string ? string : Plural) : Translated<T[K]>;
};

/** "nav.ask" | "documents.count" | … */
export type PathOf<T> = {
  [K in keyof T & string]: IsMessage<T[K]> extends true ? K : `${K}.${PathOf<T[K]>}`;
}[keyof T & string];

type At<T, P extends string> = P extends keyof T
  ? T[P]
  : P extends `${infer Head}.${infer Rest}`
    ? Head extends keyof T
      ? At<T[Head], Rest>
      : never
    : never;

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<M> = M extends { other: infer Other } ? Names<Other> | 'count' : Names<M>;

export type Values = Record<string, string | number>;

/** The values that the English message at a path names. */
export type ValuesAt<T, P extends string> = [NamesOf<At<T, P>>] extends [never]
  ? []
  : [values: { [N in NamesOf<At<T, P>>]: string | number }];

function messageAt(tree: unknown, path: string): Message | undefined {
  let at: unknown = tree;
  for (const step of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[step];
  return at as Message | undefined;
}

/** Fills in a message of a catalogue; numbers are written as the language writes them. */
export function fill(tree: unknown, path: string, values: Values, language: string): string {
  const message = messageAt(tree, path);
  if (message === undefined) return path;
  const text =
    typeof message === 'string'
      ? message
      : (message[new Intl.PluralRules(language).select(Number(values['count']))] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
}
