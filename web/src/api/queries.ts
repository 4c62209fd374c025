import { QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { request } from './client';
import { asApiError } from './problem';
import type { Collection, Page, Principal, Scope } from './types';

/** Errors that another attempt may heal. */
const passing = (error: unknown) => [0, 429, 502, 503, 504].includes(asApiError(error).status);

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000, // Events say what changes meanwhile.
        retry: (failures, error) => failures < 2 && passing(error),
        retryDelay: (failures, error) => (asApiError(error).retryAfterSeconds ?? 0.4 * 2 ** failures) * 1000,
        networkMode: 'always', // A server on this machine answers without a network.
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export const callerQuery = queryOptions({
  queryKey: ['caller'],
  queryFn: ({ signal }) => request<Principal>('/v1/auth/me', { signal }),
  staleTime: Infinity,
});

export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: ({ signal }) => allPages<Collection>('/v1/collections', signal),
});

/** Every item of a list that is short by nature. */
export async function allPages<T>(address: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await request(address, { query: { limit: 100, cursor }, ...(signal ? { signal } : {}) });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

export const useCaller = () => useQuery(callerQuery);
export const useCollections = () => useQuery(collectionsQuery);

/** Whether the caller may do what needs a scope; an administrator may do everything. */
export function useMay(scope: Scope): boolean {
  const scopes = useCaller().data?.scopes ?? [];
  return scopes.includes(scope) || scopes.includes('admin');
}
