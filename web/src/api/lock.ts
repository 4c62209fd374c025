import { readSetting, writeSetting } from '@/app/settings';

const patience = 15_000; // A tab that died with the lock does not hold up the others for longer.
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Runs `work` in one tab at a time. Pages that did not come over TLS have no Web Locks: then by turns in storage. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(prefix + name, work) as Promise<T>;
  const me = `${Date.now()}-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  for (;;) {
    const holder = readSetting(`lock.${name}`);
    if (holder === null || Date.now() - Number(holder.split('-')[0]) > patience) {
      writeSetting(`lock.${name}`, me);
      await pause(40); // Whoever wrote at the same moment has been overwritten by now, or has overwritten us.
      if (readSetting(`lock.${name}`) === me) break;
    }
    await pause(60);
  }
  try {
    return await work();
  } finally {
    if (readSetting(`lock.${name}`) === me) writeSetting(`lock.${name}`, null);
  }
}

const prefix = 'cairn.';
