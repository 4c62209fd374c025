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
  requestId: 'Request {id}',
  all: 'All',
  bytes: { one: '{count} byte', other: '{count} bytes' },
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
  words: 'What the server said',
  colon: ': ',
  /** Where the catalogue does not know what the server said. */
  advice: {
    unreachable: 'Look whether it is running.',
    invalid: 'Check what was entered.',
    'not-found': 'It may have been deleted, or you may not see it.',
    conflict: 'Load the page again and look at what has changed.',
    unauthenticated: 'Sign in again.',
    forbidden: 'Ask an administrator for the permission.',
    limited: 'Wait a moment and try again.',
    unavailable: 'Wait a moment and try again.',
    corrupt: 'An administrator should run cairn fsck.',
    cancelled: 'Start it again if it is still wanted.',
    unsupported: 'Choose something else, or ask an administrator.',
    'too-large': 'Send less at once.',
    internal: 'The server’s log has more under the number of the request.',
  },
} as const;

export const shortcuts = {
  title: 'Keyboard shortcuts',
  goTo: 'Go to {page}',
  field: 'To the input of the page',
  help: 'Show this help',
  close: 'Close what is open',
} as const;
