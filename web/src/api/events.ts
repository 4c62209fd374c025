import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { session } from './session';
import { follow, type ServerEvent } from './sse';
import type { Document, Page } from './types';

const flushEvery = 250; // A bulk ingestion changes hundreds of documents a second; the page is drawn four times.
const countEvery = 2_000;
const restAfter = 20_000; // A tab that nobody looks at gives its connection back: a browser has six for a server.

type Listener = (event: ServerEvent) => void;
const listeners = new Set<Listener>();

/** Hears every event of the tab's stream; the caches follow within a moment. */
export function onServerEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// What the events said last. A reply that was on its way meanwhile may be older than they are.
const latest = new Map<string, Document>();
const remembered = 5_000;

/** Whether `candidate` tells nothing newer than what is known. Ended states win over others of the same moment. */
export function isStale(candidate: Document, known: Document): boolean {
  if (candidate.version !== known.version) return candidate.version < known.version;
  if (candidate.updated_at !== known.updated_at) return candidate.updated_at < known.updated_at;
  return known.status === 'indexed' || known.status === 'failed';
}

/** A document as a reply has it, or as an event has told since. */
export function freshest(document: Document): Document {
  const known = latest.get(document.id);
  return known && isStale(document, known) ? known : document;
}

function remember(document: Document): void {
  latest.delete(document.id);
  latest.set(document.id, document);
  if (latest.size > remembered) latest.delete(latest.keys().next().value ?? '');
}

/** Puts changed documents in the place of what lists and details show. */
export function applyDocuments(client: QueryClient, changed: Map<string, Document>): void {
  for (const [id, document] of changed) client.setQueryData(['document', id], document);
  client.setQueriesData<InfiniteData<Page<Document>>>({ queryKey: ['documents'] }, (data) => {
    if (!data?.pages) return undefined;
    let touched = false;
    const pages = data.pages.map((page) => {
      if (!page.items.some((item) => changed.has(item.id))) return page;
      touched = true;
      return { ...page, items: page.items.map((item) => changed.get(item.id) ?? item) };
    });
    return touched ? { ...data, pages } : undefined; // Nothing: the query stays as it is.
  });
}

function removeDocuments(client: QueryClient, removed: Set<string>): void {
  client.setQueriesData<InfiniteData<Page<Document>>>({ queryKey: ['documents'] }, (data) =>
    data?.pages
      ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((item) => !removed.has(item.id)) })) }
      : data,
  );
}

/** Collects events and hands them to the caches in batches. */
class Batch {
  private documents = new Map<string, Document>();
  private removed = new Set<string>();
  private flushing: ReturnType<typeof setTimeout> | undefined;
  private counting: ReturnType<typeof setTimeout> | undefined;

  constructor(private client: QueryClient) {}

  take(event: ServerEvent): void {
    if (event.name === 'reload') void this.client.invalidateQueries();
    else if (event.name === 'document') {
      const document = JSON.parse(event.data) as Document;
      remember(document);
      this.documents.set(document.id, document);
      this.removed.delete(document.id); // Its external id was given anew.
    } else if (event.name === 'document_removed') {
      const { id } = JSON.parse(event.data) as { id: string };
      latest.delete(id);
      this.documents.delete(id);
      this.removed.add(id);
    } else if (event.name === 'collection_removed') void this.client.invalidateQueries({ queryKey: ['collections'] });
    if (this.documents.size + this.removed.size === 0) return;
    this.flushing ??= setTimeout(() => this.flush(), flushEvery);
    // Documents that are new, and the counts of collections, come from the server again, but not at each event.
    this.counting ??= setTimeout(() => this.recount(), countEvery);
  }

  private flush(): void {
    this.flushing = undefined;
    applyDocuments(this.client, this.documents);
    if (this.removed.size > 0) removeDocuments(this.client, this.removed);
    this.documents = new Map();
    this.removed = new Set();
  }

  private recount(): void {
    this.counting = undefined;
    void this.client.invalidateQueries({ queryKey: ['collections'] });
  }
}

/** Keeps one stream of events open for this tab while somebody looks at it. Returns how to end it. */
export function followEvents(client: QueryClient): () => void {
  const batch = new Batch(client);
  let last = '';
  let running: AbortController | null = null;
  let resting: ReturnType<typeof setTimeout> | undefined;

  const start = () => {
    clearTimeout(resting);
    if (running) return;
    const mine = (running = new AbortController());
    const onEvent = (event: ServerEvent) => {
      if (event.id) last = event.id;
      batch.take(event);
      for (const listener of listeners) listener(event);
    };
    void follow('/v1/events', { onEvent, signal: mine.signal, lastEventId: last }).finally(() => {
      if (running === mine) running = null;
    });
  };
  const rest = () => {
    running?.abort();
    running = null;
  };
  const onVisibility = () => {
    if (document.visibilityState === 'visible') start();
    else resting = setTimeout(rest, restAfter);
  };
  // A stream that was refused begins again once somebody has signed in.
  const forget = session.onChange(() => document.visibilityState === 'visible' && start());
  document.addEventListener('visibilitychange', onVisibility);
  start();
  return () => {
    forget();
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(resting);
    rest();
  };
}
