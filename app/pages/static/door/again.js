// A page of which a module did not come is dead: load it once more, each phone at its own moment.
addEventListener('error', ({ target }) => {
  if (target instanceof HTMLScriptElement) setTimeout(() => location.reload(), 2000 + Math.random() * 4000);
}, true);
