import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Document } from '@/api/types';
import { ServerWords, useServerWords } from '@/components/problem';
import { useText } from '@/i18n';
import { StatusText } from './StatusText';
import { documentName } from '@/components/documentName';

interface Props {
  label: string;
  documents: Document[];
  more: boolean; // There are further pages.
  onMore: () => void;
  current: string | null;
  onOpen: (document: Document) => void;
}

const rowHeight = 60;
const columns = 'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 @3xl:grid-cols-[minmax(0,1fr)_11rem_5.5rem_5rem_9rem]';

function Row({ document, current, onOpen }: { document: Document; current: boolean; onOpen: (document: Document) => void }) {
  const { t, format } = useText();
  const inWords = useServerWords();
  const name = documentName(document);
  return (
    <>
      <div role="cell" className="min-w-0">
        <button
          type="button"
          aria-label={t('documents.openOne', { name })}
          aria-pressed={current}
          onClick={() => onOpen(document)}
          className="block max-w-full truncate text-left font-medium before:absolute before:inset-0 hover:text-accent"
        >
          {name}
        </button>
        <span className="block truncate text-sm text-quiet" title={document.error === null ? document.external_id : inWords(document.error)}>
          {document.error === null ? document.external_id : <ServerWords words={document.error} />}
        </span>
      </div>
      <div role="cell" className="max-w-36 text-sm @3xl:max-w-none">
        <StatusText document={document} />
      </div>
      <div role="cell" className="numbers hidden text-right text-sm text-quiet @3xl:block">
        {format.bytes(document.bytes)}
      </div>
      <div role="cell" className="numbers hidden text-right text-sm text-quiet @3xl:block">
        {format.number(document.chunks)}
      </div>
      <div role="cell" className="hidden truncate text-right text-sm text-quiet @3xl:block" title={format.dateTime(document.updated_at)}>
        {format.since(document.updated_at)}
      </div>
    </>
  );
}

/** As many documents as there are: only those near the screen are drawn, and further ones fetched before they are reached. */
export function DocumentList({ label, documents, more, onMore, current, onOpen }: Props) {
  const { t } = useText();
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: documents.length, getScrollElement: () => frame.current, estimateSize: () => rowHeight, overscan: 12 });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= documents.length - 300) onMore();
  }, [more, last, documents.length, onMore]);
  return (
    <div role="table" aria-label={label} aria-rowcount={more ? -1 : documents.length + 1} className="@container flex min-h-0 flex-1 flex-col">
      <div role="rowgroup" className="border-b border-line @max-3xl:sr-only">
        <div role="row" aria-rowindex={1} className={`${columns} px-4 py-2 text-sm text-quiet md:px-8`}>
          <span role="columnheader">{t('documents.columns.document')}</span>
          <span role="columnheader">{t('documents.columns.status')}</span>
          <span role="columnheader" className="text-right">{t('documents.columns.size')}</span>
          <span role="columnheader" className="text-right">{t('documents.columns.chunks')}</span>
          <span role="columnheader" className="text-right">{t('documents.columns.changed')}</span>
        </div>
      </div>
      <div ref={frame} role="rowgroup" className="min-h-0 flex-1 overflow-y-auto">
        <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const document = documents[index];
            if (!document) return null;
            return (
              <div
                key={document.id}
                role="row"
                aria-rowindex={index + 2}
                className={`absolute inset-x-0 top-0 border-b border-line px-4 hover:bg-sunken md:px-8 ${columns} ${current === document.id ? 'bg-tint' : ''}`}
                style={{ height: rowHeight, transform: `translateY(${start}px)` }}
              >
                <Row document={document} current={current === document.id} onOpen={onOpen} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
