import type { Answer, Citation } from '@/api/types';
import { useText } from '@/i18n';

interface Props {
  answer: Answer;
  onOpen: (citation: Citation) => void;
}

/** An answer that waits to be read: its sentences with the numbers of their quotes, and the quotes. */
export function AnswerOf({ answer, onOpen }: Props) {
  const { t } = useText();
  if (answer.abstained) return <p className="rounded-md bg-warn-tint px-3 py-2">{t('tasks.abstained')}</p>;
  return (
    <div className="flex flex-col gap-3">
      <p>
        {answer.sentences.map((sentence, i) => (
          <span key={i}>
            {sentence.text}
            {sentence.citations.map((n) => (
              <sup key={n} className="px-0.5 text-quiet">
                [{n}]
              </sup>
            ))}
            {!sentence.supported && <span className="ml-1 text-sm text-warn">({t('tasks.unsupported')})</span>}{' '}
          </span>
        ))}
      </p>
      {answer.citations.length > 0 && (
        <section aria-label={t('tasks.fields.answer')}>
          <h4 className="text-sm font-medium text-quiet">{t('tasks.sources')}</h4>
          <ol className="flex flex-col gap-2">
            {answer.citations.map((citation) => (
              <li key={citation.n} className="text-sm">
                <button type="button" className="text-left text-accent underline-offset-4 hover:underline" onClick={() => onOpen(citation)}>
                  [{citation.n}] {citation.title}
                  {citation.page !== null && `, ${t('tasks.page', { page: citation.page })}`}
                </button>
                <blockquote className="border-l-2 border-line pl-3 text-quiet">{citation.quote}</blockquote>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}
