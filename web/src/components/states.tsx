import type { ReactNode } from 'react';
import { asApiError } from '@/api/problem';
import { useText } from '@/i18n';
import { Button } from './Button';
import { WarnIcon } from './icons';
import { InEnglish, useProblem } from './problem';

/** Nothing here yet: says what to do about it. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-4 py-12 text-center">
      <h2 className="text-base font-semibold">{title}</h2>
      {text && <p className="text-balance text-quiet">{text}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

/** The shape of what is on its way. */
export function Loading({ lines = 4, label }: { lines?: number; label?: string }) {
  const { t } = useText();
  const widths = ['w-11/12', 'w-3/4', 'w-5/6', 'w-2/3'];
  return (
    <div role="status" className="flex flex-col gap-3 py-2">
      <span className="sr-only">{label ?? t('common.loading')}</span>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} aria-hidden="true" className={`breathing h-4 rounded bg-line ${widths[i % widths.length]}`} />
      ))}
    </div>
  );
}

/** Something failed: what, why, with which request, and a way to try again. */
export function Failure({ error, onRetry, compact = false }: { error: unknown; onRetry?: (() => void) | undefined; compact?: boolean }) {
  const { t } = useText();
  const { title, text, words } = useProblem()(error);
  const { requestId } = asApiError(error);
  return (
    <div role="alert" className={`rounded-md border border-line bg-bad-tint text-ink ${compact ? 'px-3 py-2 text-sm' : 'px-4 py-3'}`}>
      <p className="flex items-start gap-2 font-medium">
        <WarnIcon className="mt-0.5 shrink-0 text-bad" />
        {title}
      </p>
      {text && <p className="mt-1 pl-7">{text}</p>}
      {words && (
        <div className="pl-7">
          <InEnglish words={words} />
        </div>
      )}
      {requestId && <p className="mt-1 pl-7 text-sm text-quiet">{t('common.requestId', { id: requestId })}</p>}
      {onRetry && (
        <div className="mt-2 pl-7">
          <Button small onClick={onRetry}>
            {t('common.retry')}
          </Button>
        </div>
      )}
    </div>
  );
}
