import * as Tabs from '@radix-ui/react-tabs';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { path, request } from '@/api/client';
import { freshest } from '@/api/events';
import type { Document, Span } from '@/api/types';
import { IconButton } from '@/components/Button';
import { CloseIcon, DownloadIcon } from '@/components/icons';
import { Failure, Loading } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';
import { OriginalView } from './OriginalView';
import { TextView } from './TextView';
import { saveOriginal } from './useOriginal';
import { documentName } from '@/components/documentName';

const documentQuery = (id: string) => ({
  queryKey: ['document', id],
  queryFn: async ({ signal }: { signal: AbortSignal }) => freshest(await request<Document>(path`/v1/documents/${id}`, { signal })),
});

interface Props {
  documentId: string;
  /** Marked and scrolled to, in code points. */
  span?: Span | undefined;
  quote?: string | undefined;
  page?: number | null | undefined;
  onClose?: (() => void) | undefined;
  /** A further tab, shown first. */
  details?: ((document: Document) => ReactNode) | undefined;
}

const tab =
  'min-h-10 border-b-2 border-transparent px-3 text-quiet hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink';

/** A document beside what led to it: its text with the quote marked, its chunks, its original. */
export function DocumentViewer({ documentId, span, quote, page, onClose, details }: Props) {
  const { t } = useText();
  const { complain } = useToasts();
  const [shown, setShown] = useState(details && !span ? 'details' : 'text');
  const document = useQuery(documentQuery(documentId));
  const it = document.data;
  const save = () => void (it && saveOriginal(it.id, it.external_id).catch(() => complain(t('viewer.saveFailed'))));
  return (
    <section aria-label={it?.title || t('viewer.label')} className="flex min-h-0 min-w-0 flex-1 flex-col bg-raised">
      <header className="flex items-start gap-1 border-b border-line py-2 pr-2 pl-4 md:pl-6">
        <div className="min-w-0 flex-1 py-1.5">
          <h2 className="line-clamp-2 font-semibold">{it ? documentName(it) : t('viewer.label')}</h2>
          {it && (
            <p className="truncate text-sm text-quiet">
              {page ? `${t('viewer.page', { page })} · ` : ''}
              {it.external_id}
            </p>
          )}
        </div>
        {it && (
          <IconButton label={t('viewer.save')} onClick={save}>
            <DownloadIcon />
          </IconButton>
        )}
        {onClose && (
          <IconButton label={t('common.close')} onClick={onClose}>
            <CloseIcon />
          </IconButton>
        )}
      </header>
      {document.isPending && <div className="p-4"><Loading lines={6} /></div>}
      {document.isError && !it && <div className="p-4"><Failure error={document.error} onRetry={() => void document.refetch()} /></div>}
      {it && (
        <Tabs.Root value={shown} onValueChange={setShown} className="flex min-h-0 flex-1 flex-col">
          <Tabs.List aria-label={t('viewer.views')} className="flex shrink-0 overflow-x-auto border-b border-line px-1 md:px-3">
            {details && <Tabs.Trigger value="details" className={tab}>{t('viewer.details')}</Tabs.Trigger>}
            <Tabs.Trigger value="text" className={tab}>{t('viewer.text')}</Tabs.Trigger>
            <Tabs.Trigger value="chunks" className={tab}>{t('viewer.chunks')}</Tabs.Trigger>
            <Tabs.Trigger value="original" className={tab}>{t('viewer.original')}</Tabs.Trigger>
          </Tabs.List>
          {details && (
            <Tabs.Content value="details" className="min-h-0 flex-1 overflow-y-auto">
              {details(it)}
            </Tabs.Content>
          )}
          {(['text', 'chunks'] as const).map((view) => (
            <Tabs.Content key={view} value={view} tabIndex={-1} className="flex min-h-0 flex-1 flex-col data-[state=inactive]:hidden">
              <TextView documentId={it.id} version={it.indexed_version} span={span} quote={quote} showChunks={view === 'chunks'} />
            </Tabs.Content>
          ))}
          <Tabs.Content value="original" tabIndex={-1} className="flex min-h-0 flex-1 flex-col data-[state=inactive]:hidden">
            <OriginalView document={it} page={page} />
          </Tabs.Content>
        </Tabs.Root>
      )}
    </section>
  );
}
