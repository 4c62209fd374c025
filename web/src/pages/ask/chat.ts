import { useSyncExternalStore } from 'react';
import { isLeaving } from '@/api/connection';
import { asApiError, isAbort, toError } from '@/api/problem';
import { eventsOf } from '@/api/sse';
import type { Answer, Citation } from '@/api/types';
import { newId, storage } from '@/app/storage';
import { errorOfTurn, history, type Conversation, type Turn } from './conversation';

export interface Ask {
  question: string;
  collections: string[];
  generator: string;
}

const kept = 100; // Conversations of one person in one browser.
const saveEvery = 1_000;

/** The conversations of whoever is signed in. They live outside of the page, so that answers go on while others are shown. */
class Chat {
  private owner = '';
  private conversations = new Map<string, Conversation>();
  private running = new Map<string, AbortController>(); // By turn.
  private saving = new Map<string, ReturnType<typeof setTimeout>>();
  private listeners = new Set<() => void>();
  private listed: Conversation[] = [];
  ready = false;

  constructor() {
    window.addEventListener('pagehide', () => this.saving.forEach((_, id) => this.save(id, 0)));
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Newest first. */
  list = (): Conversation[] => this.listed;

  find(id: string | null): Conversation | undefined {
    return id === null ? undefined : this.conversations.get(id);
  }

  /** Reads what this person has asked here before. */
  async open(owner: string): Promise<void> {
    if (owner === this.owner) return;
    for (const controller of this.running.values()) controller.abort();
    this.owner = owner;
    this.ready = false;
    this.conversations = new Map();
    const found = await storage.all<Conversation>('conversations', owner);
    if (this.owner !== owner) return;
    for (const conversation of found) {
      for (const turn of conversation.turns) if (turn.state === 'asking') turn.state = 'interrupted';
      this.conversations.set(conversation.id, conversation);
    }
    this.ready = true;
    this.tell();
  }

  /** Asks in a conversation, or in a new one; returns its id. */
  ask(conversationId: string | null, ask: Ask): string {
    const turn: Turn = { id: newId(), ...ask, askedAt: Date.now(), state: 'asking', text: '', citations: [], answer: null, error: null };
    const before = this.find(conversationId);
    const conversation: Conversation = before ?? { id: newId(), owner: this.owner, title: ask.question, updatedAt: 0, turns: [] };
    this.put({ ...conversation, turns: [...conversation.turns, turn] });
    void this.run(conversation.id, turn, history(conversation.turns));
    return conversation.id;
  }

  /** Asks the same again, in the same place. */
  retry(conversationId: string, turnId: string): void {
    const conversation = this.find(conversationId);
    const at = conversation?.turns.findIndex((turn) => turn.id === turnId) ?? -1;
    const turn = conversation?.turns[at];
    if (!conversation || !turn || this.running.has(turnId)) return;
    this.change(conversationId, turnId, { state: 'asking', text: '', citations: [], answer: null, error: null });
    void this.run(conversationId, turn, history(conversation.turns.slice(0, at)));
  }

  stop(turnId: string): void {
    this.running.get(turnId)?.abort();
  }

  remove(id: string): void {
    for (const turn of this.find(id)?.turns ?? []) this.stop(turn.id);
    this.conversations.delete(id);
    void storage.remove('conversations', id);
    this.tell();
  }

  private async run(conversationId: string, turn: Turn, conversation: { role: string; content: string }[]): Promise<void> {
    const controller = new AbortController();
    this.running.set(turn.id, controller);
    const change = (changed: Partial<Turn>) => this.change(conversationId, turn.id, changed);
    try {
      let text = '';
      let ended = false;
      const body = {
        question: turn.question,
        stream: true,
        ...(turn.collections.length > 0 && { collections: turn.collections }),
        ...(turn.generator && { generator: turn.generator }),
        ...(conversation.length > 0 ? { conversation } : {}),
      };
      for await (const { name, data } of eventsOf('/v1/answers', { method: 'POST', body, signal: controller.signal })) {
        if (name === 'citations') change({ citations: (JSON.parse(data) as { citations: Citation[] }).citations });
        else if (name === 'token') change({ text: (text += (JSON.parse(data) as { text: string }).text) });
        else if (name === 'problem') throw toError(JSON.parse(data) as object, 500);
        else if (name === 'answer') {
          const answer = JSON.parse(data) as Answer;
          ended = true;
          change({ state: 'done', answer, text: answer.answer, citations: answer.citations });
          this.save(conversationId, 0);
        }
      }
      if (!ended) throw asApiError(new TypeError(''));
    } catch (thrown) {
      if (isLeaving()) return; // Whoever comes back finds it interrupted.
      if (isAbort(thrown)) change({ state: 'stopped' });
      else change({ state: 'failed', error: errorOfTurn(asApiError(thrown)) });
    } finally {
      this.running.delete(turn.id);
      this.save(conversationId, 0);
    }
  }

  private change(conversationId: string, turnId: string, changed: Partial<Turn>): void {
    const conversation = this.find(conversationId);
    if (!conversation) return;
    const turns = conversation.turns.map((turn) => (turn.id === turnId ? { ...turn, ...changed } : turn));
    this.put({ ...conversation, turns });
  }

  private put(conversation: Conversation): void {
    this.conversations.set(conversation.id, { ...conversation, updatedAt: Date.now() });
    this.save(conversation.id, saveEvery);
    this.tell();
  }

  /** Soon, and not at every word. A question is kept at once. */
  private save(id: string, wait: number): void {
    const isNew = !this.saving.has(id);
    const write = () => {
      this.saving.delete(id);
      const conversation = this.find(id);
      if (conversation) void storage.put('conversations', conversation);
    };
    if (wait === 0) {
      clearTimeout(this.saving.get(id));
      write();
    } else if (isNew) {
      const conversation = this.find(id);
      if (conversation?.turns.at(-1)?.text === '') void storage.put('conversations', conversation);
      this.saving.set(id, setTimeout(write, wait));
    }
  }

  private tell(): void {
    this.listed = [...this.conversations.values()].sort((a, b) => b.updatedAt - a.updatedAt);
    for (const old of this.listed.splice(kept)) {
      this.conversations.delete(old.id);
      void storage.remove('conversations', old.id);
    }
    for (const listener of this.listeners) listener();
  }
}

export const chat = new Chat();

export function useConversations(): Conversation[] {
  return useSyncExternalStore(chat.subscribe, chat.list);
}
