import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { path, send } from '@/api/client';

/** The original bytes of a document. They need the caller's credential, so no link can lead there. */
export function useOriginal(documentId: string, version: number, enabled: boolean) {
  return useQuery({
    queryKey: ['document-file', documentId, version],
    queryFn: async ({ signal }) => (await send(path`/v1/documents/${documentId}/file`, { signal })).blob(),
    enabled,
    staleTime: Infinity,
    gcTime: 30_000,
  });
}

/** An address for bytes that only this page knows, for as long as they are shown. */
export function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

export async function saveOriginal(documentId: string, name: string): Promise<void> {
  const blob = await (await send(path`/v1/documents/${documentId}/file`)).blob();
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.split('/').pop() || 'document';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
