import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { path, request } from '@/api/client';
import { onServerEvent } from '@/api/events';
import type { Document, DocumentStatus, Page } from '@/api/types';

export interface DocumentFilter {
  q: string;
  status: DocumentStatus | '';
}

const pageSize = 200;

/** The documents of a collection, a page at a time, kept fresh by the events of the server. */
export function useDocuments(collection: string, { q, status }: DocumentFilter) {
  const client = useQueryClient();
  const queryKey = useMemo(() => ['documents', collection, q, status], [collection, q, status]);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Document>>(path`/v1/collections/${collection}/documents`, {
        query: { limit: pageSize, cursor: pageParam, q, status },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: collection !== '',
  });
  const documents = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const known = useMemo(() => new Set(documents.map((document) => document.id)), [documents]);

  // Documents that this list does not show yet. A short list shows them by itself; one that somebody scrolls through waits for them.
  const [changed, setChanged] = useState(false);
  useEffect(() => setChanged(false), [queryKey, query.dataUpdatedAt]);
  useEffect(
    () =>
      onServerEvent((event) => {
        if (event.name !== 'document' || known.has((JSON.parse(event.data) as Document).id)) return;
        setChanged(true);
      }),
    [known],
  );
  const isShort = (query.data?.pages.length ?? 0) <= 1;
  const refresh = useMemo(() => () => void client.resetQueries({ queryKey }), [client, queryKey]);
  useEffect(() => {
    if (!changed || !isShort) return;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey }), 600);
    return () => clearTimeout(timer);
  }, [changed, isShort, client, queryKey]);
  return { query, documents, changed: changed && !isShort, refresh };
}
