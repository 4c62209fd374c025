import { useSyncExternalStore } from 'react';
import { path, request } from '@/api/client';
import { connection, onConnection } from '@/api/connection';
import { freshest, onServerEvent } from '@/api/events';
import { asApiError, isAbort } from '@/api/problem';
import { session } from '@/api/session';
import type { Document, DocumentStatus, UploadedDocument } from '@/api/types';
import { newId, storage } from '@/app/storage';
import type { ChosenFile } from './files';
import { sendFile } from './send';
import { isOpen, thisTab } from './tab';

/** `lost`: the page was closed before the file was sent, and it was too large to be kept. */
export type UploadState = 'waiting' | 'sending' | 'processing' | 'indexed' | 'unchanged' | 'failed' | 'refused' | 'lost';

export interface Upload {
  id: string;
  owner: string;
  tab: string;
  order: number;
  collection: string;
  name: string;
  size: number;
  state: UploadState;
  sent: number;
  file: File | null;
  documentId: string | null;
  status: DocumentStatus | null;
  progress: number;
  error: string | null;
}

interface UploadCounts {
  total: number;
  active: number; // Not ended.
  sent: number; // Bytes.
  bytes: number;
  done: number;
  bad: number;
}

interface UploadsShown {
  entries: Upload[]; // What needs attention first.
  counts: UploadCounts;
}

const atOnce = 3;
const tellEvery = 120;
const keptBytes = 256_000_000; // Larger files are not kept over a reload: they have to be chosen again.
const passing = new Set([0, 401, 408, 429, 502, 503, 504]);
const ended = new Set<UploadState>(['indexed', 'unchanged', 'failed', 'refused', 'lost']);
const bad = new Set<UploadState>(['failed', 'refused', 'lost']);

export function countsOf(entries: Iterable<Upload>): UploadCounts {
  const counts = { total: 0, active: 0, sent: 0, bytes: 0, done: 0, bad: 0 };
  for (const entry of entries) {
    counts.total += 1;
    counts.bytes += entry.size;
    counts.sent += entry.state === 'waiting' || entry.state === 'sending' ? entry.sent : entry.size;
    if (!ended.has(entry.state)) counts.active += 1;
    else if (bad.has(entry.state)) counts.bad += 1;
    else counts.done += 1;
  }
  return counts;
}

const rank = (state: UploadState) => (bad.has(state) ? 0 : state === 'sending' ? 1 : state === 'processing' ? 2 : state === 'waiting' ? 3 : 4);

/** How a document stands, as the state of the upload that brought it. */
function stateOf(status: DocumentStatus): UploadState {
  return status === 'indexed' ? 'indexed' : status === 'failed' ? 'failed' : 'processing';
}

/** The files that are being added. They live outside of the pages and outlive a reload. */
class Uploads {
  private owner = '';
  private entries = new Map<string, Upload>();
  private byDocument = new Map<string, string>();
  private sending = new Map<string, AbortController>();
  private listeners = new Set<() => void>();
  private telling: ReturnType<typeof setTimeout> | undefined;
  private resting = false; // The server wants a pause.
  private order = 0;
  private shown: UploadsShown = { entries: [], counts: countsOf([]) };

  constructor() {
    onServerEvent((event) => {
      if (event.name === 'document') this.follow(JSON.parse(event.data) as Document);
      else if (event.name === 'reload') void this.look();
    });
    onConnection(() => connection() === 'ok' && this.go());
    session.onChange(() => {
      if (!session.exists()) return; // Signed out.
      this.resting = false;
      this.go();
    });
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  snapshot = (): UploadsShown => this.shown;

  /** Takes up what this person had begun before the page was loaded, unless another tab is at it. */
  async open(owner: string): Promise<void> {
    if (owner === this.owner || owner === '') return;
    this.owner = owner;
    for (const controller of this.sending.values()) controller.abort();
    this.entries = new Map();
    this.byDocument = new Map();
    const tab = await thisTab();
    for (const entry of await storage.all<Upload>('uploads', owner)) {
      if (await isOpen(entry.tab)) continue;
      const unsent = entry.state === 'waiting' || entry.state === 'sending';
      this.keep({ ...entry, tab, sent: unsent ? 0 : entry.sent, state: unsent ? (entry.file ? 'waiting' : 'lost') : entry.state });
    }
    this.tell();
    this.go();
    void this.look();
  }

  async add(collection: string, files: ChosenFile[]): Promise<void> {
    const [tab] = await Promise.all([thisTab(), storage.ready()]); // Who sees them listed can reload.
    for (const { name, file } of files)
      this.keep({
        id: newId(), owner: this.owner, tab, order: this.order++, collection, name, size: file.size, state: 'waiting', sent: 0, file,
        documentId: null, status: null, progress: 0, error: null,
      });
    this.tell();
    this.go();
  }

  /** Sends again what was refused or failed. */
  retry(id: string): void {
    const entry = this.entries.get(id);
    if (!entry?.file) return;
    this.change(id, { state: 'waiting', sent: 0, error: null });
    this.go();
  }

  /** Gives up what has not been sent. */
  stop(): void {
    for (const entry of this.entries.values()) {
      if (entry.state === 'sending') this.sending.get(entry.id)?.abort();
      if (entry.state === 'waiting' || entry.state === 'sending') this.forget(entry.id);
    }
    this.tell();
  }

  /** Takes what has ended off the list. */
  clear(): void {
    for (const entry of this.entries.values()) if (ended.has(entry.state)) this.forget(entry.id);
    this.tell();
  }

  private go(): void {
    for (const entry of this.entries.values()) {
      if (this.sending.size >= atOnce || this.resting || connection() !== 'ok') return;
      if (entry.state === 'waiting' && entry.file && !this.sending.has(entry.id)) void this.send(entry, entry.file);
    }
  }

  private async send(entry: Upload, file: File): Promise<void> {
    const controller = new AbortController();
    this.sending.set(entry.id, controller);
    this.change(entry.id, { state: 'sending', sent: 0 });
    try {
      const { collection, name } = entry;
      const onSent = (sent: number) => this.change(entry.id, { sent }, false);
      const document = await sendFile({ collection, name, file, signal: controller.signal, onSent });
      this.arrived(entry.id, document);
    } catch (thrown) {
      if (!isAbort(thrown)) this.refused(entry.id, thrown);
    } finally {
      this.sending.delete(entry.id);
      this.go();
    }
  }

  private arrived(id: string, document: UploadedDocument): void {
    const state = document.unchanged ? 'unchanged' : stateOf(document.status);
    this.byDocument.set(document.id, id);
    this.change(id, { state, documentId: document.id, status: document.status, sent: this.entries.get(id)?.size ?? 0, file: null });
    // Its events may have come before this reply.
    if (state === 'processing') void this.lookAt(document.id);
  }

  private refused(id: string, thrown: unknown): void {
    const error = asApiError(thrown);
    if (!passing.has(error.status)) return this.change(id, { state: 'refused', error: error.detail || error.title || error.type });
    this.change(id, { state: 'waiting', sent: 0 });
    if (error.unreachable) return; // Goes on when the server answers again.
    this.resting = true;
    setTimeout(() => {
      this.resting = false;
      this.go();
    }, (error.retryAfterSeconds ?? 3) * 1000);
  }

  private follow(document: Document): void {
    const id = this.byDocument.get(document.id);
    const entry = id === undefined ? undefined : this.entries.get(id);
    if (!entry || entry.state === 'unchanged') return;
    const state = stateOf(document.status);
    const { status, progress, error } = document;
    this.change(entry.id, { state, status, progress, error }, state !== entry.state);
  }

  /** Asks how those stand whose events may have been missed. */
  private async look(): Promise<void> {
    const waiting = [...this.byDocument].filter(([, id]) => this.entries.get(id)?.state === 'processing').map(([document]) => document);
    const next = async () => {
      for (let id = waiting.pop(); id; id = waiting.pop()) await this.lookAt(id);
    };
    await Promise.all([next(), next(), next()]);
  }

  private async lookAt(documentId: string): Promise<void> {
    try {
      this.follow(freshest(await request<Document>(path`/v1/documents/${documentId}`)));
    } catch (thrown) {
      const id = this.byDocument.get(documentId);
      if (id && asApiError(thrown).status === 404) this.forget(id); // Deleted meanwhile.
    }
  }

  private keep(entry: Upload): void {
    this.entries.set(entry.id, entry);
    this.order = Math.max(this.order, entry.order + 1);
    if (entry.documentId) this.byDocument.set(entry.documentId, entry.id);
    void storage.put('uploads', entry.size > keptBytes ? { ...entry, file: null } : entry);
  }

  private change(id: string, changed: Partial<Upload>, save = true): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    const next = { ...entry, ...changed };
    this.entries.set(id, next);
    if (save) this.keep(next);
    this.telling ??= setTimeout(() => this.tell(), tellEvery);
  }

  private forget(id: string): void {
    const entry = this.entries.get(id);
    if (entry?.documentId) this.byDocument.delete(entry.documentId);
    this.entries.delete(id);
    void storage.remove('uploads', id);
    this.telling ??= setTimeout(() => this.tell(), tellEvery);
  }

  private tell(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    const entries = [...this.entries.values()].sort((a, b) => rank(a.state) - rank(b.state) || a.order - b.order);
    this.shown = { entries, counts: countsOf(entries) };
    for (const listener of this.listeners) listener();
  }
}

export const uploads = new Uploads();

export function useUploads(): UploadsShown {
  return useSyncExternalStore(uploads.subscribe, uploads.snapshot);
}
