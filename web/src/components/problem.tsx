import { asApiError } from '@/api/problem';
import { useText, type TextKey } from '@/i18n';
import { translated } from '@/i18n/server';

const kinds = ['unreachable', 'invalid', 'not-found', 'conflict', 'unauthenticated', 'forbidden', 'limited', 'unavailable', 'corrupt', 'cancelled', 'unsupported', 'too-large', 'internal'] as const;

export interface ShownProblem {
  title: string;
  text: string; // What is wrong and what to do, in the reader's language.
  words: string; // The server's own, where they are in another language.
  line: string; // All of it in one line.
}

/** What went wrong, in the reader's language: by the server's sentence where the catalogue has it, else by the kind of problem. */
export function useProblem(): (error: unknown) => ShownProblem {
  const { t, language } = useText();
  return (error) => {
    const { type, title: said, detail } = asApiError(error);
    const kind = kinds.find((name) => name === type);
    const title = kind ? t(`problem.${kind}` satisfies TextKey) : language === 'en' && said ? said : t('problem.internal');
    const known = translated(detail, t, language);
    const text = known ?? t(`problem.advice.${kind ?? 'internal'}`);
    return { title, text: detail ? text : '', words: language === 'en' ? '' : detail, line: detail ? (known ?? `${title}${t('problem.colon')}${text}`) : title };
  };
}

/** Words of the server in the reader's language, or else as they are. */
export function useServerWords(): (words: string) => string {
  const { t, language } = useText();
  return (words) => translated(words, t, language) ?? words;
}

/** What was translated, as the server said it, for who wants to see it. */
export function InEnglish({ words }: { words: string }) {
  const { t } = useText();
  return (
    <details className="mt-1 text-sm text-quiet">
      <summary className="cursor-pointer">{t('problem.words')}</summary>
      <p lang="en">{words}</p>
    </details>
  );
}

/** Words of the server in the reader's language, or marked as English. `whole`: with how the server said it. */
export function ServerWords({ words, whole = false }: { words: string; whole?: boolean }) {
  const { t, language } = useText();
  const known = translated(words, t, language);
  if (known === null) return <span lang="en">{words}</span>;
  return (
    <>
      {known}
      {whole && known !== words && <InEnglish words={words} />}
    </>
  );
}
