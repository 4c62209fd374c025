// Before the first paint, so that a chosen theme or language does not flash. Kept apart because the page's policy allows no inline script.
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
})();
