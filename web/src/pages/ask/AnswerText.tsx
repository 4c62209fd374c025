import { Fragment } from 'react';
import type { Answer, Citation } from '@/api/types';
import { useServerWords } from '@/components/problem';
import { useText } from '@/i18n';
import { CitationChip } from './CitationChip';
import { piecesOf } from './conversation';

interface Props {
  answer: Answer;
  current: number | null;
  onOpen: (citation: Citation) => void;
}

/** A complete answer: each sentence followed by its sources, and marked when there are none. */
export function AnswerText({ answer, current, onOpen }: Props) {
  const { t } = useText();
  const inWords = useServerWords();
  const reasonOf = (reason: string | null | undefined) => [t('ask.unsupported'), ...(reason ? [inWords(reason)] : [])].join(t('problem.colon'));
  const byNumber = new Map(answer.citations.map((citation) => [citation.n, citation]));
  return (
    <div className="whitespace-pre-wrap">
      {piecesOf(answer).map(({ text, sentence }, i) => {
        if (!sentence) return <Fragment key={i}>{text}</Fragment>;
        const chips = sentence.citations.flatMap((n) => byNumber.get(n) ?? []);
        return (
          <Fragment key={i}>
            {sentence.supported ? (
              text
            ) : (
              <span className="underline decoration-warn decoration-dotted decoration-2 underline-offset-4" title={reasonOf(sentence.reason)}>
                {text}
                <span className="sr-only"> ({reasonOf(sentence.reason)})</span>
              </span>
            )}
            {chips.map((citation) => (
              <CitationChip key={citation.n} citation={citation} current={current === citation.n} onOpen={onOpen} />
            ))}
          </Fragment>
        );
      })}
    </div>
  );
}
