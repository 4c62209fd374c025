import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '@/api/client';
import { withLook, type Look } from './figures';
import { parseMetrics } from './prometheus';

export const lookEverySeconds = 5;

/** The server's figures, looked at every few seconds while somebody sees this page. */
export function useLooks() {
  const [looks, setLooks] = useState<readonly Look[]>([]);
  const query = useQuery({
    queryKey: ['metrics'],
    queryFn: async ({ signal }) => {
      const text = await (await send('/metrics', { signal })).text();
      const look: Look = { at: Date.now(), metrics: parseMetrics(text) };
      setLooks((before) => withLook(before, look));
      return look;
    },
    refetchInterval: lookEverySeconds * 1000,
    staleTime: 0,
    gcTime: 0,
  });
  return { looks, error: query.data ? null : query.error, retry: () => void query.refetch() };
}
