import { ask } from './en/ask';
import { app, common, nav, problem, shortcuts } from './en/common';
import { search } from './en/search';
import { server } from './en/server';
import { signIn } from './en/signIn';
import { tasks } from './en/tasks';
import { documents } from './en/documents';
import { start } from './en/start';
import { uploads } from './en/uploads';
import { viewer } from './en/viewer';
import { system } from './en/system';

/** English, and the shape of every other catalogue. `{name}` is filled in; a text with `other` is a plural by `count`. */
export const en = { app, ask, common, documents, nav, problem, search, server, shortcuts, signIn, start, system, tasks, uploads, viewer } as const;
