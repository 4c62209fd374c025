import { send, type RequestOptions } from './client';
import { noteReached } from './connection';
import { ApiError, asApiError, isAbort } from './problem';

export interface ServerEvent {
  id: string;
  name: string;
  data: string;
}

/** Server-sent events out of text as it arrives in pieces. */
export class EventParser {
  private rest = '';
  private id = '';

  /** The events that are complete by now. */
  feed(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    this.rest += text;
    const blocks = this.rest.split(/\r\n\r\n|\n\n|\r\r/);
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = this.parse(block);
      if (event) events.push(event);
    }
    return events;
  }

  private parse(block: string): ServerEvent | null {
    let name = 'message';
    const data: string[] = [];
    for (const line of block.split(/\r\n|\n|\r/)) {
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') name = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') this.id = value;
    }
    return data.length > 0 ? { id: this.id, name, data: data.join('\n') } : null;
  }
}

/** The events of one reply, until it ends. Throws ApiError when it breaks off. */
export async function* eventsOf(address: string, options: RequestOptions): AsyncGenerator<ServerEvent> {
  const response = await send(address, { ...options, headers: { Accept: 'text/event-stream', ...options.headers } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.feed(value);
    }
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    noteReached(false);
    throw thrown instanceof ApiError ? thrown : new ApiError(0, 'unreachable', '', '');
  } finally {
    reader.cancel().catch(() => {});
  }
}

interface Follow {
  onEvent: (event: ServerEvent) => void;
  signal: AbortSignal;
  lastEventId?: string;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true });
  });
}

/** Follows a stream for as long as the signal lets it. */
export async function follow(address: string, { onEvent, signal, lastEventId = '' }: Follow): Promise<void> {
  let last = lastEventId;
  let wait = 500;
  while (!signal.aborted) {
    try {
      for await (const event of eventsOf(address, { signal, headers: last ? { 'Last-Event-ID': last } : {} })) {
        wait = 500;
        if (event.id) last = event.id;
        onEvent(event);
      }
    } catch (thrown) {
      if (isAbort(thrown)) break;
      const error = asApiError(thrown);
      if (error.status === 401 || error.status === 403) break; // Until somebody signs in.
      if (error.retryAfterSeconds) wait = Math.max(wait, error.retryAfterSeconds * 1000);
    }
    await pause(wait * (0.7 + Math.random() * 0.6), signal); // Not all tabs of all people at once after a restart.
    wait = Math.min(wait * 2, 30_000);
  }
}
