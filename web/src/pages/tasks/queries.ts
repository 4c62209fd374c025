import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { path, request } from '@/api/client';
import { onServerEvent } from '@/api/events';
import type { Page } from '@/api/types';
import { applied, countNewer, merged, type TaskFilter } from './live';
import type { Summary, Task } from './types';

const pageSize = 50;
const drawEvery = 250;
const countEvery = 1_500;

const given = <T>(value: T | null) => value ?? undefined;

export function useTask(id: string) {
  return useQuery({
    queryKey: ['task', id],
    queryFn: ({ signal }) => request<Task>(path`/v1/tasks/${id}`, { signal }),
    staleTime: 0,
  });
}

export function useSummary() {
  return useQuery({ queryKey: ['tasks', 'summary'], queryFn: ({ signal }) => request<Summary>('/v1/tasks/summary', { signal }) });
}

const listKey = (filter: TaskFilter) => ['tasks', 'list', filter] as const;

export function useTaskList(filter: TaskFilter) {
  return useInfiniteQuery({
    queryKey: listKey(filter),
    queryFn: ({ pageParam, signal }) =>
      request<Page<Task>>('/v1/tasks', {
        query: { status: given(filter.status), type: given(filter.type), priority: given(filter.priority), parent: given(filter.parent), limit: pageSize, cursor: given(pageParam) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 5_000,
  });
}

type List = InfiniteData<Page<Task>, string | null>;

/** Puts changed tasks into what is shown. */
function apply(client: QueryClient, filter: TaskFilter, changed: ReadonlyMap<string, Task>): void {
  client.setQueryData<List>(listKey(filter), (data) => data && { ...data, pages: applied(data.pages, changed, filter) });
  for (const [id, task] of changed) {
    const known = client.getQueryData<Task>(['task', id]);
    // A reply that is on its way may be older.
    if (!known && client.isFetching({ queryKey: ['task', id] }) > 0) void client.invalidateQueries({ queryKey: ['task', id] });
    if (!known) continue;
    client.setQueryData(['task', id], merged(known, task));
    // What it found out is not told by events.
    if (task.finished_at !== null && known.finished_at === null) void client.invalidateQueries({ queryKey: ['task', id] });
  }
}

/**
 * Keeps the list live. Changes are drawn four times a second. New tasks appear by themselves while one page is shown;
 * whoever has gone further down is not pushed away, but told how many there are.
 */
export function useLiveTasks(filter: TaskFilter): { newer: number; showNewer: () => void } {
  const client = useQueryClient();
  const [newer, setNewer] = useState(0);
  const key = JSON.stringify(filter);
  useEffect(() => {
    setNewer(0);
    let changed = new Map<string, Task>();
    const unseen = new Map<string, Task>();
    let drawing: ReturnType<typeof setTimeout> | undefined;
    let counting: ReturnType<typeof setTimeout> | undefined;
    const pages = () => client.getQueryData<List>(listKey(filter))?.pages ?? [];
    const draw = () => {
      drawing = undefined;
      const now = changed;
      changed = new Map();
      for (const [id, task] of now) unseen.set(id, task);
      apply(client, filter, now);
    };
    const recount = () => {
      // What is on its way may be older, and is waited for: a busy server would never be done otherwise.
      const busy = client.isFetching({ queryKey: ['tasks'] }) > 0;
      counting = busy ? setTimeout(recount, countEvery) : undefined;
      if (busy) return;
      void client.invalidateQueries({ queryKey: ['tasks', 'summary'] });
      if (pages().length > 1) return setNewer((before) => Math.max(before, countNewer(pages(), unseen, filter)));
      unseen.clear();
      void client.invalidateQueries({ queryKey: listKey(filter) });
    };
    const stop = onServerEvent((event) => {
      if (event.name !== 'task') return;
      const task = JSON.parse(event.data) as Task;
      changed.set(task.id, task);
      drawing ??= setTimeout(draw, drawEvery);
      counting ??= setTimeout(recount, countEvery);
    });
    return () => {
      stop();
      clearTimeout(drawing);
      clearTimeout(counting);
    };
    // `key` is what the filter says.
  }, [client, key]);
  const showNewer = () => {
    setNewer(0);
    client.setQueryData<List>(listKey(filter), (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) });
    void client.invalidateQueries({ queryKey: listKey(filter) });
  };
  return { newer, showNewer };
}

/** What can be done with a task. */
export function useTaskChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: 'cancel' | 'retry' | { priority: number } }) =>
      typeof change === 'string'
        ? request<Task>(change === 'cancel' ? path`/v1/tasks/${id}/cancel` : path`/v1/tasks/${id}/retry`, { method: 'POST' })
        : request<Task>(path`/v1/tasks/${id}`, { method: 'PATCH', body: change }),
    onSuccess: (task) => {
      client.setQueryData(['task', task.id], task);
      client.setQueriesData<List>({ queryKey: ['tasks', 'list'] }, (data) =>
        data?.pages ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map((item) => (item.id === task.id ? task : item)) })) } : data,
      );
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['tasks'] }),
  });
}
