/** What this browser keeps that is too large for settings: one database, opened when it is first needed. */
const version = 1;
const stores = ['conversations', 'uploads'] as const;
type Store = (typeof stores)[number];

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open('cairn', version);
    request.onupgradeneeded = () => {
      for (const name of stores)
        if (!request.result.objectStoreNames.contains(name))
          request.result.createObjectStore(name, { keyPath: 'id' }).createIndex('owner', 'owner');
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  return opened;
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function within<T>(store: Store, mode: IDBTransactionMode, work: (objects: IDBObjectStore) => IDBRequest<T>, without: T): Promise<T> {
  try {
    const transaction = (await open()).transaction(store, mode);
    const request = work(transaction.objectStore(store));
    if (mode === 'readwrite') transaction.commit(); // Handed over at once: a reload in the next moment loses nothing.
    return await asked(request);
  } catch {
    return without; // Storage is switched off or full: what is kept lasts as long as the page.
  }
}

export interface Kept {
  id: string;
  owner: string;
}

export const storage = {
  /** Once it is open, or cannot be: from then on what is put is handed over in the same moment. */
  ready: (): Promise<unknown> => open().catch(() => null),
  all: <T extends Kept>(store: Store, owner: string): Promise<T[]> =>
    within(store, 'readonly', (objects) => objects.index('owner').getAll(owner) as IDBRequest<T[]>, []),
  get: <T extends Kept>(store: Store, id: string): Promise<T | undefined> =>
    within(store, 'readonly', (objects) => objects.get(id) as IDBRequest<T | undefined>, undefined),
  put: async (store: Store, value: Kept): Promise<void> => {
    await within<IDBValidKey>(store, 'readwrite', (objects) => objects.put(value), '');
  },
  remove: async (store: Store, id: string): Promise<void> => {
    await within(store, 'readwrite', (objects) => objects.delete(id), undefined);
  },
};

/** Unlike crypto.randomUUID, this is there on pages that did not come over TLS. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, '0')).join('');
}
