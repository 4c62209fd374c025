import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { readSetting, writeSetting } from '@/app/settings';
import type { en } from './en';
import { makeFormat, type Format } from './format';
import { fill, type PathOf, type Translated, type Values, type ValuesAt } from './text';

export type Catalogue = Translated<typeof en>;
export type TextKey = PathOf<typeof en>;
export type Translate = <P extends TextKey>(key: P, ...values: ValuesAt<typeof en, P>) => string;

/** What the interface speaks. Each names itself in its own language, in the catalogues. */
export const languages = ['en', 'zh-Hant'] as const;
export type Language = (typeof languages)[number];

/** The language chosen here before, or else the first of the browser's that the interface speaks. */
export function preferredLanguage(chosen = readSetting('language'), wanted = navigator.languages): Language {
  const known = languages.find((language) => language === chosen);
  if (known) return known;
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return 'zh-Hant';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

export async function loadCatalogue(language: Language): Promise<Catalogue> {
  return language === 'zh-Hant' ? (await import('./zh-Hant')).zhHant : (await import('./en')).en;
}

export function rememberLanguage(language: Language): void {
  writeSetting('language', language);
}

interface Text {
  language: Language;
  t: Translate;
  format: Format;
}

const TextContext = createContext<Text | null>(null);

function makeText(language: Language, catalogue: Catalogue): Text {
  const t = ((key: string, values?: Values) => fill(catalogue, key, values ?? {}, language)) as Translate;
  return { language, t, format: makeFormat(language, (count) => t('common.bytes', { count })) };
}

export function TextProvider(props: { language: Language; catalogue: Catalogue; children: ReactNode }) {
  const { language, catalogue, children } = props;
  const text = useMemo(() => makeText(language, catalogue), [language, catalogue]);
  return <TextContext value={text}>{children}</TextContext>;
}

/** The texts and formats of the chosen language. */
export function useText(): Text {
  const text = useContext(TextContext);
  if (!text) throw new Error('useText outside of TextProvider');
  return text;
}
