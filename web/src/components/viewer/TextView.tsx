import { useQuery } from '@tanstack/react-query';
import { memo, useEffect, useMemo, useRef } from 'react';
import { path, send } from '@/api/client';
import { allPages } from '@/api/queries';
import type { Chunk, Span } from '@/api/types';
import { Empty, Failure, Loading } from '@/components/states';
import { CodePoints } from '@/components/text/codePoints';
import { useText } from '@/i18n';
import { blocksOf, placeOf, type Block } from './blocks';

interface Place {
  start: number;
  end: number;
}

interface Props {
  documentId: string;
  version: number | null; // That is indexed; null: none yet.
  span?: Span | undefined;
  quote?: string | undefined;
  showChunks: boolean;
}

function ChunkHead({ number, chunk }: { number: number; chunk: Chunk }) {
  const { t } = useText();
  const parts = [t('viewer.chunk', { number })];
  if (chunk.page !== null) parts.push(t('viewer.page', { page: chunk.page }));
  if (chunk.heading_path.length > 0) parts.push(chunk.heading_path.join(' › '));
  return <p className="mt-4 mb-1 border-t border-line pt-1 text-sm text-quiet">{parts.join(' · ')}</p>;
}

/** Laid out by the browser only when it comes near the screen, so that a text of megabytes scrolls like a page. */
const TextBlock = memo(function TextBlock({ text, block, marked }: { text: string; block: Block; marked: Place | null }) {
  const { start, end } = block;
  const from = marked ? Math.max(start, marked.start) : end;
  const to = marked ? Math.min(end, marked.end) : end;
  const isMarked = marked !== null && from < to;
  const lines = Math.max(1, Math.ceil((end - start) / 70));
  return (
    <div style={{ contentVisibility: 'auto', containIntrinsicSize: `auto ${lines * 1.6 + (block.chunk ? 3 : 0)}em` }}>
      {block.chunk && <ChunkHead {...block.chunk} />}
      <p className="min-h-[1em] whitespace-pre-wrap">
        {isMarked ? (
          <>
            {text.slice(start, from)}
            <mark data-quote={marked.start >= start ? '' : undefined}>{text.slice(from, to)}</mark>
            {text.slice(to, end).replace(/\n$/, '')}
          </>
        ) : (
          text.slice(start, end).replace(/\n$/, '')
        )}
      </p>
    </div>
  );
});

/** The canonical text of a document, with a quote marked and scrolled to. */
export function TextView({ documentId, version, span, quote, showChunks }: Props) {
  const { t } = useText();
  const frame = useRef<HTMLDivElement>(null);
  const text = useQuery({
    queryKey: ['document-text', documentId, version],
    queryFn: async ({ signal }) => (await send(path`/v1/documents/${documentId}/text`, { signal })).text(),
    enabled: version !== null,
    staleTime: 300_000,
    gcTime: 60_000,
  });
  const chunks = useQuery({
    queryKey: ['document-chunks', documentId, version],
    queryFn: ({ signal }) => allPages<Chunk>(path`/v1/documents/${documentId}/chunks`, signal),
    enabled: showChunks && version !== null,
    staleTime: 300_000,
  });
  const content = text.data ?? '';
  const points = useMemo(() => new CodePoints(content), [content]);
  const shownChunks = showChunks ? chunks.data : undefined;
  const blocks = useMemo(() => blocksOf(content, shownChunks ?? [], points), [content, shownChunks, points]);
  const start = span?.start;
  const end = span?.end;
  const marked = useMemo(
    () => (start === undefined || end === undefined || !content ? null : placeOf(content, points, { start, end }, quote)),
    [content, points, start, end, quote],
  );
  useEffect(() => {
    const mark = frame.current?.querySelector('mark[data-quote]');
    if (!mark) return;
    // Until it stays where it is: what stands above gets its true height only once it has been near the screen.
    let [frames, still, before] = [0, 0, Infinity];
    let next = 0;
    const settle = () => {
      mark.scrollIntoView({ block: 'center' });
      const { top } = mark.getBoundingClientRect();
      still = Math.abs(top - before) < 1 ? still + 1 : 0;
      before = top;
      if (still < 4 && ++frames < 40) next = requestAnimationFrame(settle);
    };
    settle();
    return () => cancelAnimationFrame(next);
  }, [marked, blocks]);

  if (version === null) return <Empty title={t('viewer.notYetTitle')} text={t('viewer.notYetText')} />;
  if (text.isPending) return <div className="p-4"><Loading lines={8} /></div>;
  if (text.isError) return <div className="p-4"><Failure error={text.error} onRetry={() => void text.refetch()} /></div>;
  if (content.trim() === '') return <Empty title={t('viewer.emptyTitle')} text={t('viewer.emptyText')} />;
  return (
    <div ref={frame} tabIndex={0} role="region" aria-label={t('viewer.text')} className="min-h-0 flex-1 overflow-y-auto px-4 py-3 md:px-6">
      {start !== undefined && !marked && <p className="mb-3 rounded-md bg-warn-tint px-3 py-2">{t('viewer.quoteGone')}</p>}
      {showChunks && chunks.isError && <Failure compact error={chunks.error} onRetry={() => void chunks.refetch()} />}
      {blocks.map((block) => (
        <TextBlock
          key={block.start}
          text={content}
          block={block}
          marked={marked && marked.start < block.end && marked.end > block.start ? marked : null}
        />
      ))}
    </div>
  );
}
