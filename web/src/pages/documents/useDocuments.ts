import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { path, request } from '@/api/client';
import { freshest, onServerEvent } from '@/api/events';
import type { Document, DocumentStatus, Page } from '@/api/types';

export interface DocumentFilter {
  q: string;
  status: DocumentStatus | '';
}

const pageSize = 500;
const soon = 500; // Milliseconds in which further changes are waited for.

/** The documents of a collection, a page at a time, kept fresh by the events of the server. */
export function useDocuments(collection: string, { q, status }: DocumentFilter) {
  const client = useQueryClient();
  const queryKey = useMemo(() => ['documents', collection, q, status], [collection, q, status]);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) => {
      const page = await request<Page<Document>>(path`/v1/collections/${collection}/documents`, {
        query: { limit: pageSize, cursor: pageParam, q, status },
        signal,
      });
      return { ...page, items: page.items.map(freshest) };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: collection !== '',
  });
  const documents = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const known = useMemo(() => new Set(documents.map((document) => document.id)), [documents]);

  // Documents that this list does not show yet. A short list fetches them by itself; one that somebody scrolls through
  // waits to be asked. What was fetched for once and did not come does not belong here, such as in another collection.
  const [changed, setChanged] = useState(false);
  const waiting = useRef(new Set<string>());
  const strangers = useRef(new Set<string>());
  useEffect(() => {
    waiting.current.clear();
    strangers.current.clear();
    setChanged(false);
  }, [queryKey]);
  useEffect(
    () =>
      onServerEvent((event) => {
        if (event.name !== 'document') return;
        const { id, status: now } = JSON.parse(event.data) as Document;
        if (known.has(id) || strangers.current.has(id + now)) return;
        waiting.current.add(id + now);
        setChanged(true);
      }),
    [known],
  );
  const isShort = (query.data?.pages.length ?? 0) <= 1;
  const refresh = useCallback(() => {
    for (const one of waiting.current) strangers.current.add(one);
    waiting.current.clear();
    setChanged(false);
    return isShort ? client.invalidateQueries({ queryKey }) : client.resetQueries({ queryKey });
  }, [client, queryKey, isShort]);
  useEffect(() => {
    if (!changed || !isShort) return;
    const timer = setTimeout(() => void refresh(), soon);
    return () => clearTimeout(timer);
  }, [changed, isShort, refresh]);
  return { query, documents, changed: changed && !isShort, refresh };
}
