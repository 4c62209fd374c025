import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { session } from './api/session';
import { App } from './app/App';
import { LanguageProvider } from './app/language';
import { loadCatalogue, preferredLanguage } from './i18n';
import './styles/main.css';

// The link of a first start. Its secret stays neither in the address nor in the history.
const setup = /^#setup=(.+)$/.exec(location.hash)?.[1];
if (setup) {
  history.replaceState(null, '', location.pathname);
  session.beginSetup(decodeURIComponent(setup));
}

const language = preferredLanguage();
const catalogue = await loadCatalogue(language);
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider first={language} catalogue={catalogue}>
        <App />
      </LanguageProvider>
    </StrictMode>,
  );
