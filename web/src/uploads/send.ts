import { noteReached } from '@/api/connection';
import { ApiError, toError } from '@/api/problem';
import { session } from '@/api/session';
import { noteSignedOut, path } from '@/api/client';
import type { UploadedDocument } from '@/api/types';

interface Sending {
  collection: string;
  name: string; // Becomes the external id.
  file: Blob;
  signal: AbortSignal;
  onSent: (bytes: number) => void;
}

/** Sends one file. Only XMLHttpRequest says how much of it has gone. */
function attempt({ collection, name, file, signal, onSent }: Sending, credential: string | null): Promise<UploadedDocument> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('metadata', JSON.stringify([{ external_id: name }]));
    form.append('file', file, name.split('/').pop() || 'file');
    request.open('POST', path`/v1/collections/${collection}/documents`);
    if (credential !== null) request.setRequestHeader('Authorization', `Bearer ${credential}`);
    request.upload.onprogress = (event) => onSent(Math.min(event.loaded, file.size));
    request.onload = () => {
      noteReached(true);
      const reply = parsed(request.responseText);
      const [document] = (reply as { documents?: UploadedDocument[] }).documents ?? [];
      if (request.status < 300 && document) done(document);
      else fail(toError(reply, request.status, request.getResponseHeader('Retry-After')));
    };
    request.onerror = () => {
      noteReached(false);
      fail(new ApiError(0, 'unreachable', '', ''));
    };
    request.onabort = () => fail(new DOMException('', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}

const isUnauthenticated = (thrown: unknown) => thrown instanceof ApiError && thrown.status === 401;

/** The same with the caller's credential; an expired one is renewed once. */
export async function sendFile(sending: Sending): Promise<UploadedDocument> {
  const credential = await session.credential();
  try {
    return await attempt(sending, credential).catch(async (thrown: unknown) => {
      if (!isUnauthenticated(thrown) || credential === null) throw thrown;
      return attempt(sending, await session.credential(credential));
    });
  } catch (thrown) {
    if (isUnauthenticated(thrown)) noteSignedOut();
    throw thrown;
  }
}
