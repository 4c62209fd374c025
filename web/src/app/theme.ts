import { useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from './settings';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const listeners = new Set<() => void>();

export function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

function show(chosen: Theme): void {
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
  for (const listener of listeners) listener();
}

export function setTheme(chosen: Theme): void {
  writeSetting('theme', chosen === 'system' ? null : chosen);
  show(chosen);
}

// Another tab's choice holds here too.
window.addEventListener('storage', (event) => {
  if (event.key === 'cairn.theme') show((readSetting('theme') as Theme | null) ?? 'system');
});

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, theme);
}
