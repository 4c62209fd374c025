import { useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { path, request } from '@/api/client';
import { applyDocuments } from '@/api/events';
import type { Document, Page } from '@/api/types';

interface DocumentChange {
  title?: string;
  metadata?: Record<string, unknown>;
  acl?: string[];
}

function useApply() {
  const client = useQueryClient();
  return (document: Document) => applyDocuments(client, new Map([[document.id, document]]));
}

export function useChangeDocument(id: string) {
  const apply = useApply();
  return useMutation({
    mutationFn: (change: DocumentChange) => request<Document>(path`/v1/documents/${id}`, { method: 'PATCH', body: change }),
    onSuccess: apply,
  });
}

export function useIngestAgain(id: string) {
  const apply = useApply();
  return useMutation({
    mutationFn: () => request<Document>(path`/v1/documents/${id}/ingest`, { method: 'POST' }),
    onSuccess: apply,
  });
}

export function useDeleteDocument(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request(path`/v1/documents/${id}`, { method: 'DELETE' }),
    onSuccess: () =>
      client.setQueriesData<InfiniteData<Page<Document>>>({ queryKey: ['documents'] }, (data) =>
        data?.pages ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })) } : data,
      ),
  });
}

/** Lines of an ACL; null when one is none. */
export function parseAcl(text: string): string[] | null {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return lines.every((line) => /^(group|user):./.test(line)) ? lines : null;
}

/** A JSON object; null when it is none. */
export function parseMetadata(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    return value === null || typeof value !== 'object' || Array.isArray(value) ? null : (value as Record<string, unknown>);
  } catch {
    return null;
  }
}
