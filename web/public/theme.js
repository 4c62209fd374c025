// Before the first paint, so that a chosen theme or language does not flash, and begins to fetch the catalogue. Kept apart because the page's policy allows no inline script.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('cairn.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    var language = localStorage.getItem('cairn.language');
    if (language) root.lang = language;
  } catch {
    // Storage is switched off: the system's theme holds.
  }
  // The catalogue in the language that the interface is going to speak (see preferredLanguage in src/i18n).
  var wanted = [language].concat(navigator.languages).find(function (tag) {
    return /^(en|zh)\b/i.test(tag || '');
  });
  var link = document.createElement('link');
  link.rel = 'modulepreload';
  link.href = document.currentScript.dataset[/^zh/i.test(wanted || '') ? 'zhHant' : 'en'] || '';
  if (link.getAttribute('href')) document.head.append(link);
})();
