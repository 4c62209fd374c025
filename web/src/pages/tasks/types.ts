import type { Answer } from '@/api/types';

export const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type Status = (typeof statuses)[number];

/** Types that the server has; it may learn others. */
export const types = ['ingest', 'answer', 'delete', 'reindex', 'compact', 'collect'] as const;

export interface Task {
  id: string;
  type: string;
  status: Status;
  priority: number;
  attempts: number;
  node: string | null;
  progress: number;
  error: string | null;
  waiting_reason: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  not_before: string | null;
  deadline: string | null;
  expires_at: string | null;
  collection: string | null;
  document_id: string | null;
  external_id: string | null;
  parent: string | null;
  asked_by: string | null;
  question: string | null;
  result: Record<string, unknown> | null;
}

export type Summary = Record<Status, number> & { running_tasks: Task[] };

export const isActive = (task: Task) => task.status === 'queued' || task.status === 'running';

/** The answer that a task found, where there is one. */
export function answerOf(task: Task): Answer | null {
  const result = task.result as Partial<Answer> | null;
  return task.type === 'answer' && result && Array.isArray(result.sentences) && Array.isArray(result.citations) ? (result as Answer) : null;
}
