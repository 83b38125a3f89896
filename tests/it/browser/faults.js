// What is wrong with a page, in words; nothing, if all is well.
const faults = [];
const all = selector => [...document.querySelectorAll(selector)];
const check = (well, fault) => { if (!well) faults.push(fault); };
check(document.documentElement.lang, 'no language');
check(document.title.trim(), 'no title');
check(all('h1').length === 1, 'not one main heading');
check(all('main').length === 1, 'not one main part');
check(document.documentElement.scrollWidth <= window.innerWidth, 'wider than the window');
check(all('script, iframe, object, embed, [onclick], [onchange]').length === 0, 'something that runs');
const ids = all('[id]').map(element => element.id);
check(new Set(ids).size === ids.length, 'two elements of one id');
all('table:has(tr + tr)').forEach(table => check(table.querySelector('th') || table.rows[0].cells.length < 4,
  'a table of many columns without headings'));
all('input:not([type=hidden]), select, textarea').forEach(control => check(
  (control.labels && control.labels.length) || control.getAttribute('aria-label'),
  `no label: ${control.name}`));
// A field that nobody could write in.
all('input:not([type=hidden]):not([type=checkbox]):not([type=radio])').forEach(control => check(
  control.getBoundingClientRect().width >= 80, `too narrow: ${control.name}`));
return faults;
