export const app = {
  name: 'Cairn',
  windowTitle: '{page} · Cairn',
  skip: 'Skip to the content',
  settings: 'Language, theme and account',
  language: 'Language',
  languages: { en: 'English', 'zh-Hant': '繁體中文' },
  theme: 'Appearance',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  signOut: 'Sign out {name}',
  offline: 'This computer is offline. Cairn goes on as soon as the network is back.',
  unreachable: 'The server does not answer. Trying again …',
  brokenTitle: 'This page stopped working',
  brokenText: 'Nothing on the server was changed by that. The message below helps whoever looks into it.',
  reload: 'Load again',
  notFoundTitle: 'There is no such page',
  notFoundText: 'The address may be misspelled, or what was here is gone.',
  toStart: 'To the start',
} as const;

export const nav = {
  label: 'Pages',
  ask: 'Ask',
  search: 'Search',
  documents: 'Documents',
  tasks: 'Tasks',
  system: 'System',
} as const;

export const common = {
  close: 'Close',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  retry: 'Try again',
  loading: 'Loading',
  save: 'Save',
  delete: 'Delete',
  more: 'More actions',
  requestId: 'Request {id}',
  all: 'All',
  none: 'None',
  back: 'Back',
} as const;

export const problem = {
  unreachable: 'The server does not answer',
  invalid: 'The request is wrong',
  'not-found': 'There is no such thing',
  conflict: 'This conflicts with the present state',
  unauthenticated: 'You are not signed in',
  forbidden: 'You are not allowed to do this',
  limited: 'Too many requests',
  unavailable: 'Something does not answer just now',
  corrupt: 'Stored data is damaged',
  cancelled: 'The work was stopped',
  unsupported: 'This server does not have that',
  'too-large': 'This is too large',
  internal: 'Something went wrong',
} as const;

export const shortcuts = {
  title: 'Keyboard shortcuts',
  goTo: 'Go to {page}',
  field: 'To the input of the page',
  help: 'Show this help',
  close: 'Close what is open',
} as const;
