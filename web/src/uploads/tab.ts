import { newId } from '@/app/storage';

const storedAs = 'cairn.tab';
const lockOf = (id: string) => `cairn.tab.${id}`;

function remembered(): string {
  try {
    return sessionStorage.getItem(storedAs) ?? newId();
  } catch {
    return newId();
  }
}

/** Holds a lock for as long as this page lives; false when another page has it. */
function claim(id: string): Promise<boolean> {
  return new Promise((done) => {
    void navigator.locks.request(lockOf(id), { ifAvailable: true }, (lock) => {
      done(lock !== null);
      return lock === null ? undefined : new Promise(() => {});
    });
  });
}

/** This tab's name, which a reload keeps and a duplicate of the tab does not share. */
async function identify(): Promise<string> {
  let id = remembered();
  if (navigator.locks && !(await claim(id))) {
    id = newId();
    await claim(id);
  }
  try {
    sessionStorage.setItem(storedAs, id);
  } catch {
    // Without storage nothing outlives the page anyway.
  }
  return id;
}

let known: Promise<string> | undefined;
export const thisTab = () => (known ??= identify());

/** Whether the tab of that name is open just now. Where there are no Web Locks, every other may be. */
export async function isOpen(id: string): Promise<boolean> {
  if (!navigator.locks) return id !== (await thisTab());
  const { held } = await navigator.locks.query();
  return (held ?? []).some((lock) => lock.name === lockOf(id)) && id !== (await thisTab());
}
