import type { Catalogue } from '.';
import { ask } from './zh-Hant/ask';
import { app, common, nav, problem, shortcuts } from './zh-Hant/common';
import { search } from './zh-Hant/search';
import { server } from './zh-Hant/server';
import { signIn } from './zh-Hant/signIn';
import { tasks } from './zh-Hant/tasks';
import { documents } from './zh-Hant/documents';
import { start } from './zh-Hant/start';
import { uploads } from './zh-Hant/uploads';
import { viewer } from './zh-Hant/viewer';
import { system } from './zh-Hant/system';

/** Traditional Chinese. */
export const zhHant: Catalogue = { app, ask, common, documents, nav, problem, search, server, shortcuts, signIn, start, system, tasks, uploads, viewer };
