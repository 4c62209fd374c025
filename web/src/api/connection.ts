import { useSyncExternalStore } from 'react';

/** How the server can be reached, as far as the last requests tell. */
export type Connection = 'ok' | 'offline' | 'unreachable';

let reached = true;
let probing: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const current = (): Connection => (reached ? 'ok' : navigator.onLine ? 'unreachable' : 'offline');

function tell(): void {
  for (const listener of listeners) listener();
}

async function probe(wait: number): Promise<void> {
  probing = undefined;
  const answered = await fetch('/healthz', { cache: 'no-store' }).then(
    (response) => response.ok,
    () => false,
  );
  if (answered) noteReached(true);
  else if (!reached) probing = setTimeout(() => void probe(Math.min(wait * 1.6, 10_000)), wait);
}

/** Every request says how it went. While the server does not answer, it is asked again and again. */
export function noteReached(ok: boolean): void {
  if (leaving) return;
  if (!ok && probing === undefined) probing = setTimeout(() => void probe(1_000), 500);
  if (ok && probing !== undefined) {
    clearTimeout(probing);
    probing = undefined;
  }
  if (ok === reached) return;
  reached = ok;
  tell();
}

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const connection = current;

export function useConnection(): Connection {
  return useSyncExternalStore(onConnection, current);
}

let leaving = false;
/** Whether the page is going away, so that what breaks off now says nothing about the server. */
export const isLeaving = () => leaving;

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => (leaving = true));
  window.addEventListener('pageshow', () => (leaving = false));
  window.addEventListener('online', () => void probe(1_000));
  window.addEventListener('offline', () => noteReached(false));
}
