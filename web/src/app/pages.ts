import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Scope } from '@/api/types';
import { AskIcon, DocumentsIcon, SearchIcon, SystemIcon, TasksIcon } from '@/components/icons';

export interface PageEntry {
  /** Its name in the catalogues: `nav.<name>`. */
  name: 'ask' | 'search' | 'documents' | 'tasks' | 'system';
  /** Where it is; everything below it belongs to the page too. */
  path: string;
  /** Pressed after `g`, it leads here. */
  key: string;
  icon: ComponentType;
  scope: Scope;
  Page: LazyExoticComponent<ComponentType>;
  /** Fetches the page's code. */
  load: () => Promise<unknown>;
}

function page(load: () => Promise<{ default: ComponentType }>): Pick<PageEntry, 'Page' | 'load'> {
  return { Page: lazy(load), load };
}

/** The pages of the navigation, in its order. A page is a folder below src/pages with a default export. */
export const pages: PageEntry[] = [
  { name: 'ask', path: '/', key: 'a', icon: AskIcon, scope: 'query', ...page(() => import('@/pages/ask')) },
  { name: 'search', path: '/search', key: 's', icon: SearchIcon, scope: 'query', ...page(() => import('@/pages/search')) },
  { name: 'documents', path: '/documents', key: 'd', icon: DocumentsIcon, scope: 'query', ...page(() => import('@/pages/documents')) },
  { name: 'tasks', path: '/tasks', key: 't', icon: TasksIcon, scope: 'query', ...page(() => import('@/pages/tasks')) },
  { name: 'system', path: '/system', key: 'y', icon: SystemIcon, scope: 'query', ...page(() => import('@/pages/system')) },
];

/** Begins to fetch the code of the page at this address, beside everything else that a first visit needs. */
export function preloadPage(path: string): void {
  const entry = pages.find((one) => (one.path === '/' ? path === '/' : path.startsWith(one.path)));
  entry?.load().catch(() => {}); // Asked for again when it is shown.
}
