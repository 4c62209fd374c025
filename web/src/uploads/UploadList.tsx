import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { Button } from '@/components/Button';
import { CheckIcon, WarnIcon } from '@/components/icons';
import { ServerWords, useServerWords } from '@/components/problem';
import { Progress } from '@/components/Progress';
import { useText, type Translate } from '@/i18n';
import type { Format } from '@/i18n/format';
import { uploads, useUploads, type Upload } from './uploads';

const rowHeight = 52;

function stateText({ state, status, sent, size, progress }: Upload, t: Translate, format: Format): string {
  if (state === 'sending') return t('uploads.sending', { sent: format.bytes(sent), size: format.bytes(size) });
  if (state === 'processing' && status) {
    const name = t(`documents.status.${status}`);
    return progress > 0 ? `${name} · ${format.percent(progress)}` : name;
  }
  return t(`uploads.state.${state === 'processing' ? 'waiting' : state}`);
}

function Row({ upload }: { upload: Upload }) {
  const { t, format } = useText();
  const inWords = useServerWords();
  const { state, name, error, sent, size, progress } = upload;
  const isBad = state === 'failed' || state === 'refused' || state === 'lost';
  const isDone = state === 'indexed' || state === 'unchanged';
  return (
    <div className="flex h-full items-center gap-3 border-b border-line">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm" title={name}>
          {name}
        </p>
        <p className={`truncate text-sm ${isBad ? 'text-bad' : 'text-quiet'}`} title={error === null ? undefined : inWords(error)}>
          {stateText(upload, t, format)}
          {error && (
            <>
              {' · '}
              <ServerWords words={error} />
            </>
          )}
        </p>
      </div>
      {state === 'sending' && (
        <div className="w-20 shrink-0 sm:w-32">
          <Progress value={size > 0 ? sent / size : 1} label={t('uploads.progressOf', { name })} />
        </div>
      )}
      {state === 'processing' && (
        <div className="w-20 shrink-0 sm:w-32">
          <Progress value={progress > 0 ? progress : null} label={t('uploads.progressOf', { name })} />
        </div>
      )}
      {isDone && <CheckIcon className="shrink-0 text-good" />}
      {isBad && (upload.file && state !== 'lost' ? (
        <Button small onClick={() => uploads.retry(upload.id)}>
          {t('common.retry')}
        </Button>
      ) : (
        <WarnIcon className="shrink-0 text-bad" />
      ))}
    </div>
  );
}

/** What is being added, and how far each file has come. */
export function UploadList({ short = false }: { short?: boolean }) {
  const { t, format } = useText();
  const { entries, counts } = useUploads();
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: entries.length, getScrollElement: () => frame.current, estimateSize: () => rowHeight, overscan: 6 });
  if (entries.length === 0) return null;
  const endedCount = counts.done + counts.bad;
  const facts = [
    counts.active > 0 ? t('uploads.adding', { done: endedCount, count: counts.total }) : t('uploads.added', { count: counts.done }),
    ...(counts.bad > 0 ? [t('uploads.bad', { count: counts.bad })] : []),
    ...(counts.active > 0 ? [t('uploads.bytes', { sent: format.bytes(counts.sent), size: format.bytes(counts.bytes) })] : []),
  ];
  const unsent = entries.some(({ state }) => state === 'waiting' || state === 'sending');
  return (
    <section aria-label={t('uploads.title')} className="rounded-lg border border-line bg-raised">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
        <p role="status" className="numbers min-w-0 flex-1 font-medium">
          {facts.join(' · ')}
        </p>
        {unsent && (
          <Button small onClick={() => uploads.stop()}>
            {t('uploads.stop')}
          </Button>
        )}
        {endedCount > 0 && (
          <Button small look="bare" onClick={() => uploads.clear()}>
            {t('uploads.clear')}
          </Button>
        )}
      </header>
      {counts.active > 0 && (
        <div className="px-4 pb-2">
          <Progress value={endedCount / counts.total} label={t('uploads.title')} />
        </div>
      )}
      <div ref={frame} tabIndex={0} role="region" aria-label={t('uploads.files')} className={`overflow-y-auto border-t border-line px-4 ${short ? 'max-h-40' : 'max-h-64'}`}>
        <ul className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const upload = entries[index];
            if (!upload) return null;
            return (
              <li key={upload.id} aria-setsize={entries.length} aria-posinset={index + 1} className="absolute inset-x-0 top-0" style={{ height: rowHeight, transform: `translateY(${start}px)` }}>
                <Row upload={upload} />
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}
