import { server } from './en/server';
import type { Language, Translate } from './index';

export type SentenceName = keyof typeof server;

interface Known {
  name: SentenceName;
  pattern: RegExp;
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** "there is no user '{name}'" → ^there is no user '(?<name>.+)'$ */
const patternOf = (sentence: string) =>
  new RegExp(`^${sentence.split(/\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? literally(part) : `(?<${part}>${part === 'rest' ? '.*' : '.+?'})`)).join('')}$`, 's');

const known: Known[] = Object.entries(server).map(([name, sentence]) => ({ name: name as SentenceName, pattern: patternOf(sentence) }));

/** What the server said, in the reader's language; null where the catalogue does not know the sentence. Sentences within it follow. */
export function translated(said: string, t: Translate, language: Language): string | null {
  if (language === 'en') return said;
  for (const { name, pattern } of known) {
    const match = pattern.exec(said);
    if (!match) continue;
    const values: Record<string, string> = {};
    for (const [value, text] of Object.entries(match.groups ?? {})) values[value] = translated(text, t, language) ?? text;
    return (t as (key: string, values: Record<string, string>) => string)(`server.${name}`, values);
  }
  return null;
}
