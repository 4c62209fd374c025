import { Link } from 'react-router';
import { ApiError } from '@/api/problem';
import type { Answer, Citation } from '@/api/types';
import { Button } from '@/components/Button';
import { copyText } from '@/components/clipboard';
import { CopyIcon, RetryIcon, WarnIcon } from '@/components/icons';
import { Failure } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';
import { AnswerText } from './AnswerText';
import { withSources, type Turn } from './conversation';
import { useGeneratorName } from './generators';
import { documentName } from '@/components/documentName';

interface Props {
  turn: Turn;
  current: number | null; // The source that is open.
  onOpen: (citation: Citation) => void;
  onRetry: () => void;
}

function Sources({ citations, current, onOpen }: { citations: Citation[]; current: number | null; onOpen: (citation: Citation) => void }) {
  const { t } = useText();
  if (citations.length === 0) return null;
  return (
    <section aria-label={t('ask.sources')} className="mt-3 border-t border-line pt-2">
      <ol className="flex flex-col text-sm">
        {citations.map((citation) => (
          <li key={citation.n}>
            <button
              type="button"
              onClick={() => onOpen(citation)}
              className={`flex w-full items-baseline gap-2 rounded px-1.5 py-1 text-left hover:bg-sunken ${current === citation.n ? 'bg-tint' : ''}`}
            >
              <span className="numbers min-w-5 text-center font-medium text-accent">{citation.n}</span>
              <span className="min-w-0 flex-1 truncate">{documentName(citation)}</span>
              {citation.page !== null && <span className="shrink-0 text-quiet">{t('viewer.page', { page: citation.page })}</span>}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Abstained({ question }: { question: string }) {
  const { t } = useText();
  return (
    <div className="rounded-md border border-line bg-raised px-4 py-3">
      <p className="font-medium">{t('ask.abstained')}</p>
      <p className="mt-1 text-quiet">{t('ask.abstainedWhy')}</p>
      <p className="mt-1 text-quiet">{t('ask.abstainedTry')}</p>
      <Link className="mt-2 inline-block text-accent underline" to={`/search?q=${encodeURIComponent(question)}`}>
        {t('ask.closest')}
      </Link>
    </div>
  );
}

function Facts({ answer }: { answer: Answer }) {
  const { t, format } = useText();
  const nameOf = useGeneratorName();
  const facts = [nameOf(answer.generator), format.duration(answer.took_ms)];
  if (answer.usage) facts.push(t('ask.tokens', { count: answer.usage.prompt_tokens + answer.usage.reply_tokens }));
  if (answer.cached !== 'no') facts.push(t('ask.cached'));
  return <p className="numbers text-sm text-quiet">{facts.join(' · ')}</p>;
}

function Actions({ turn, onRetry }: { turn: Turn; onRetry: () => void }) {
  const { t } = useText();
  const { say, complain } = useToasts();
  const { answer } = turn;
  const copy = async () => {
    if (!answer) return;
    const copied = await copyText(withSources(answer, (page) => t('viewer.page', { page })));
    if (copied) say(t('ask.copied'));
    else complain(t('ask.copyFailed'));
  };
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
      {answer && <Facts answer={answer} />}
      <div className="-ml-2.5 flex">
        {answer && !answer.abstained && (
          <Button look="bare" small onClick={() => void copy()}>
            <CopyIcon width={16} height={16} />
            {t('ask.copy')}
          </Button>
        )}
        {turn.state !== 'asking' && (
          <Button look="bare" small onClick={onRetry}>
            <RetryIcon width={16} height={16} />
            {t('ask.again')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Arriving({ turn }: { turn: Turn }) {
  const { t } = useText();
  if (turn.text) return <p className="whitespace-pre-wrap">{turn.text}</p>;
  if (turn.state !== 'asking') return null;
  const doing = turn.citations.length > 0 ? t('ask.reading', { count: turn.citations.length }) : t('ask.searching');
  return <p className="breathing text-quiet">{doing}</p>;
}

function Complete({ turn, answer, current, onOpen }: { turn: Turn; answer: Answer } & Pick<Props, 'current' | 'onOpen'>) {
  const { t } = useText();
  const unsupported = answer.sentences.filter((sentence) => !sentence.supported).length;
  const dropped = (answer.dropped ?? 0) > 0 && <p className="mt-2 text-sm text-quiet">{t('ask.dropped', { count: answer.dropped ?? 0 })}</p>;
  if (answer.abstained)
    return (
      <>
        <Abstained question={turn.question} />
        {dropped}
      </>
    );
  return (
    <>
      {answer.rewritten_question && answer.rewritten_question !== turn.question && (
        <p className="mb-1 text-sm text-quiet">{t('ask.understood', { question: answer.rewritten_question })}</p>
      )}
      <AnswerText answer={answer} current={current} onOpen={onOpen} />
      {unsupported > 0 && (
        <p className="mt-2 flex gap-2 text-sm text-quiet">
          <WarnIcon width={18} height={18} className="mt-px shrink-0 text-warn" />
          {t('ask.unsupportedNote', { count: unsupported })}
        </p>
      )}
      {dropped}
      <Sources citations={answer.citations} current={current} onOpen={onOpen} />
    </>
  );
}

/** A question and what became of it. */
export function TurnView({ turn, current, onOpen, onRetry }: Props) {
  const { t } = useText();
  const { answer, error, state } = turn;
  return (
    <article aria-label={turn.question} className="flex flex-col gap-3">
      <h2 className="ml-auto w-fit max-w-[90%] rounded-lg text-wrap bg-sunken px-4 py-2 whitespace-pre-wrap">
        <span className="sr-only">{t('ask.you')}: </span>
        {turn.question}
      </h2>
      <div aria-busy={state === 'asking'}>
        {answer ? <Complete turn={turn} answer={answer} current={current} onOpen={onOpen} /> : <Arriving turn={turn} />}
        {state === 'stopped' && <p className="mt-1 text-sm text-quiet">{t('ask.stopped')}</p>}
        {state === 'interrupted' && <p className="mt-1 text-sm text-quiet">{t('ask.interrupted')}</p>}
        {state === 'failed' && error && <Failure error={new ApiError(error.status, error.type, error.title, error.detail, error.requestId)} />}
        <Actions turn={turn} onRetry={onRetry} />
      </div>
    </article>
  );
}
