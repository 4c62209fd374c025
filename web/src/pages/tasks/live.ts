import type { Page } from '@/api/types';
import type { Status, Task } from './types';

export interface TaskFilter {
  status: Status | null;
  type: string | null;
  priority: number | null;
  parent: string | null;
}

export const fits = (task: Task, filter: TaskFilter): boolean =>
  (filter.status === null || task.status === filter.status) &&
  (filter.type === null || task.type === filter.type) &&
  (filter.priority === null || task.priority === filter.priority) &&
  (filter.parent === null || task.parent === filter.parent);

/** A task as it is by an event. Events leave out what only a list says: that stays as it was. */
export function merged(known: Task | undefined, told: Task): Task {
  if (!known) return told;
  return {
    ...told,
    collection: told.collection ?? known.collection,
    external_id: told.external_id ?? known.external_id,
    question: told.question ?? known.question,
    result: told.result ?? known.result,
    waiting_reason: told.waiting_reason ?? (told.status === 'queued' && known.status === 'queued' ? known.waiting_reason : null),
  };
}

/** What is listed, with what changed in its place; a task that no longer fits is left out. */
export function applied(pages: readonly Page<Task>[], changed: ReadonlyMap<string, Task>, filter: TaskFilter): Page<Task>[] {
  return pages.map((page) => {
    if (!page.items.some((task) => changed.has(task.id))) return page;
    const items = page.items.map((task) => merged(task, changed.get(task.id) ?? task)).filter((task) => fits(task, filter));
    return { ...page, items };
  });
}

/** How many of the changed tasks belong into the list and are younger than all of it: ids grow with age. */
export function countNewer(pages: readonly Page<Task>[], changed: ReadonlyMap<string, Task>, filter: TaskFilter): number {
  const newest = pages[0]?.items[0]?.id ?? '';
  let count = 0;
  for (const task of changed.values()) if (task.id > newest && fits(task, filter)) ++count;
  return count;
}
