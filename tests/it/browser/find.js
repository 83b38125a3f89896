// Finds what somebody sees on a page by its words: what can be clicked, what can be filled in. It
// knows links, buttons, boxes, fields and rows, and no page. Answers with what fits, as elements.
const [kind, words, place, beside] = arguments;
const squeezed = text => text.replace(/\s+/g, ' ').trim();
const shown = element => element.checkVisibility({ visibilityProperty: true });
// Whether an element shows these words, as a whole or as one run of text between two tags.
const says = (element, text) => {
  if (squeezed(element.innerText || '') === text) return true;
  const runs = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (runs.nextNode()) if (squeezed(runs.currentNode.data) === text) return true;
  return false;
};
const all = selector => [...document.querySelectorAll(selector)].filter(shown);
const labelled = (element, text) => [...(element.labels || [])].some(label => says(label, text));
const isBox = element => element.type === 'checkbox' || element.type === 'radio';
const controls = all('input:not([type=hidden]), select, textarea');
const found = {
  click: () => all('a[href], button, summary').filter(element => squeezed(element.innerText) === words),
  box: () => controls.filter(element => isBox(element) && labelled(element, words)),
  field: () => controls.filter(element => !isBox(element) && labelled(element, words)),
}[kind]();
// What stands around it and around nothing else of the same words: its row, or its group.
const around = element => {
  const near = element.closest('tr, li, details');
  if (near && kind === 'click') return near;
  if (kind !== 'click') return element.closest('fieldset');
  let whole = element;
  while (whole.parentElement && found.filter(one => whole.parentElement.contains(one)).length === 1) {
    whole = whole.parentElement;
  }
  return whole;
};
const inPlace = !place ? found : found.filter(element => {
  const near = around(element);
  return near && says(near, place);
});
// Links that lead to one place are one, as in a menu and on the page.
const leads = element => element.tagName === 'A' ? element.href : element;
const once = inPlace.filter((one, at) => inPlace.findIndex(other => leads(other) === leads(one)) === at);
if (once.length < 2 || !beside) return once;
const own = element => kind === 'click' ? around(element) : element.labels[0];
return once.filter(element => says(own(element), beside));
