import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { session } from './api/session';
import { callerQuery, collectionsQuery } from './api/queries';
import { App, queryClient } from './app/App';
import { preloadPage } from './app/pages';
import { LanguageProvider } from './app/language';
import { loadCatalogue, preferredLanguage } from './i18n';
import './styles/main.css';

// The link of a first start. Its secret stays neither in the address nor in the history.
const setup = /^#setup=(.+)$/.exec(location.hash)?.[1];
if (setup) {
  history.replaceState(null, '', location.pathname);
  session.beginSetup(decodeURIComponent(setup));
}

// What the first page needs, all at once. Nothing waits at the top: the catalogue may need what is in this file.
const language = preferredLanguage();
preloadPage(location.pathname);
void queryClient.prefetchQuery(callerQuery);
void queryClient.prefetchQuery(collectionsQuery);
void loadCatalogue(language).then((catalogue) => {
  const root = document.getElementById('root');
  if (root)
    createRoot(root).render(
      <StrictMode>
        <LanguageProvider first={language} catalogue={catalogue}>
          <App />
        </LanguageProvider>
      </StrictMode>,
    );
});
